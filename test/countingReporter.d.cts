import { reporters } from 'mocha';

export = class CountingReporter extends reporters.Spec {};
