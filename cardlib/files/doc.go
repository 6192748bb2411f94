// Package files reads elementary files whole: READ BINARY by short file
// identifier or after SELECT (Doc 9303-10 §3.6;
// ISO/IEC 7816-4 §7.2.3, §7.3.2), in blocks whose size is found once per chip
// and kept. It meets chips as they are: fewer bytes than asked, 6282, 6B00,
// block sizes that fail, offsets beyond 7FFF that need the odd instruction.
//
// What may not live here: secure messaging (it is the Card below), what the
// files mean, and the mending of a lost channel (the caller resumes).
package files
