/** Where a training may compute. `webgpu` is a graphics card by way of Vulkan, Metal or Direct3D 12. */
export type DeviceName = 'cpu' | 'webgpu' | 'cuda';

/** What was found out about a device. */
export interface DeviceReport {
  readonly name: DeviceName;
  readonly usable: boolean;
  /** Whether `auto` may choose it. */
  readonly chosenByItself: boolean;
  /** A sentence: what it is, or why it cannot be used. */
  readonly said: string;
}

/** `auto`: the fastest for the training at hand. */
export type AskedDevice = DeviceName | 'auto';
