'use strict';
const { setInterval } = require('node:timers');
// Loaded before a program of Node's: its date is wrong by up to ten minutes, and jumps to another error every few seconds. A bucket's server
// refuses a request whose date is wrong by more than fifteen.
const Real = Date;
const most = 10 * 60_000;
const jump = () => Math.round((Math.random() * 2 - 1) * most);
let error = jump();
setInterval(() => (error = jump()), 3000).unref();
globalThis.Date = class Date extends Real {
  constructor(...words) {
    if (words.length === 0) super(Real.now() + error);
    else super(...words);
  }
  static now() {
    return Real.now() + error;
  }
};
