import { createApp } from '../lib/app.ts';

// What the CDK command line runs; it hands over the context by itself.
createApp().synth();
