import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import { fromWire, toWire, type Properties } from './values';

/** Reads a message's properties; none when the field is unset. */
export function readStruct(struct: Struct | undefined): Properties {
  return struct === undefined ? {} : (fromWire(struct.toJavaScript()) as Properties);
}

/** Writes properties into a message. */
export function writeStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(toWire(properties) as Parameters<typeof Struct.fromJavaScript>[0]);
}
