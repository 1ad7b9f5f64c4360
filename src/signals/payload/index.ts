// The half of the room that needs nothing of Node: the page checks alerts' messages with the very code that will read them.
export { parsePayload } from '../parse.ts'
