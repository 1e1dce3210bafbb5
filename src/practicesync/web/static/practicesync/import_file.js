// With a script, a choice is kept as it is made: the button that keeps them all goes.
"use strict";
document.documentElement.classList.add("scripted");
