import manifest from '../package.json';

/** The version of the program, as every report states it. */
export const version: string = manifest.version;
