// Package inproc offers mock cards as card readers inside the process, so that
// demos and tests need no system package: a [readers.Source] whose readers are
// named "mock:PERSONA[/SCENARIO]" and have that card in. Cards can be pulled,
// put back and swapped while somebody reads.
//
// What may not live here: what a card answers, and any trust in it: every reader
// and connection says that it is synthetic.
package inproc
