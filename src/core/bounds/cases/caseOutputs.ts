export type Output = number | boolean | null | readonly Output[] | { readonly [name: string]: Output };
export type Outputs = Readonly<Record<string, Output>>;

export const fromLogs = (logs: ReadonlyMap<string, number>): Outputs => Object.fromEntries(logs);
export const clipped = (raw: number): number => Math.min(1, raw);
export const log10 = (log: number): number => log / Math.LN10;
