// Package awake tells when the computer woke from sleep, or its clock was set
// ([Watch]): what was to end meanwhile has ended, and the timers of this process,
// which stand still while the computer sleeps, do not say so.
//
// On Linux the kernel tells (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET). On Windows
// nothing is to be told: timers count the time asleep and fire when the computer
// wakes. On macOS nothing tells; there what has ended is found when it is next asked
// for. Nothing is polled.
//
// What may not live here: what is to be done then.
package awake
