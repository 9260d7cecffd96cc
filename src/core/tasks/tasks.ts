import { adding } from './adding';
import { characters } from './characters';
import { copying } from './copying';
import { noise } from './noise';
import { parity } from './parity';
import { permutedRows } from './permutedRows';
import type { Task } from './task';
import { temporalOrder } from './temporalOrder';

/** The list of tasks. A new one is one file, and here its import and its entry. */
export const tasks: readonly Task[] = [adding, copying, temporalOrder, parity, permutedRows, characters, noise];
