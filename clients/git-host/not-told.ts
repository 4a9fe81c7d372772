/** The record of pushes does not say who has pushed something. */
export class NotTold extends Error {
  override readonly name = 'NotTold';
}
