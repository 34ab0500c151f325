/* A break counts down; when it is used up, the clock of the attempt runs again and so does its page. */
import { timer } from '../timer.js';

export default (form) => timer(null, () => form.requestSubmit());
