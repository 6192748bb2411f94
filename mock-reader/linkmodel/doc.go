// Package linkmodel puts a link with its times between a reader and a mock chip:
// the bits on the air or on the contacts, frames and blocks with their delays,
// the chip asking for more time, the reader's own latency and the chip's
// cryptography. Time is counted, or also slept, so that a bench is quick and
// exact and a demo feels real. [Parse] reads a link as people write it:
// "424,sleep", "t1:95", "106,chip=old,frame=64".
//
// # Where the figures come from
//
// Contactless, ISO/IEC 14443 type A: nine bits a byte, eight and parity (-3
// §6.2.3); fc = 13.56 MHz, bit rates fc/128 to fc/16, called 106 to 848 kbit/s
// (-4 §5.2.4); frames of the sizes 16 to 256 bytes, table of FSDI and FSCI, with
// one byte of prologue (PCB) and two of CRC (-4 §5.1, §7.1); a frame delay of at
// least 1172/fc = 86.4 µs (-3 §6.2.1.1; 300 µs are assumed, as PC readers leave);
// each chained frame but the last is acknowledged by an R-block (-4 §7.5.2); frame
// waiting time (256·16/fc)·2^FWI (-4 §7.2; FWI 8, 77 ms, is assumed), after which
// the chip must ask for more with S(WTX) (-4 §7.3). Start and end of frame, some
// bits each, are left out.
//
// Contacts, ISO/IEC 7816-3: elementary time unit Fi/(Di·f) with TA1 of tables 7
// and 8 (§7.1, §8.3), f = 4 MHz as USB readers clock it (CCID 1.1 leaves it to the
// reader; within the 5 MHz of Fi 372 and 512); 12 etu a character under T=0 and,
// with the guard time 255 that T=1 cards announce, 11 under T=1 (§8.3, §11.2);
// T=0: a header of five, a procedure byte before data, two of status, 16 etu
// between characters of opposite directions (§10.2, §10.3), and a NULL byte each
// waiting time of WI·960·Fi/f, WI 10 (§10.2); T=1: blocks of NAD, PCB, LEN and
// LRC around at most IFS bytes (§11.3, 254 is assumed as USB readers set it), 22
// etu between blocks of opposite directions (§11.4.3), R-blocks between chained
// ones (§11.6), S(WTX) after a block waiting time of 11 etu + 2^BWI·960·372/f
// with BWI 4 (§11.4.3, §11.6.2.3).
//
// What a chip takes for its cryptography is in no standard. [RecentChip],
// [TypicalChip] and [OldChip] are measurements of three chips that passports and identity cards of
// their time were built on, published by JCAlgTest (Masaryk University,
// github.com/crocs-muni/jcalgtest_results, javacard/Profiles/performance/fixed,
// state of June 2026): NXP P71 (J3R180), P60 (J3H145g) and the chip of JCOP 2.4.2
// (J2E081). They were taken through a Java Card, so that a native system may be
// quicker, above all per byte. How often a protocol computes is counted from Doc
// 9303-11 §4.4.3.3: see [Chip.Time]. What a command costs besides, 2 ms in the
// chip and 2 ms in reader, USB and driver, is assumed.
//
// No figures of the Vietnamese chips are published; a probe of a real card will
// replace these.
//
// What may not live here: anything that changes what is said, faults included.
package linkmodel
