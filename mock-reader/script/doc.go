// Package script runs a tester's hand from a YAML file: put a card in, tear it
// away at 40 % of DG2, run the program under test, put the card back, and hold
// what happened against what was expected. It is made for CI: a step that does
// not hold ends the script, and says what the reader said to the card.
//
//	title: A card pulled away while the portrait is read
//	readers:
//	  - listen: 0                # or vpcd: 127.0.0.1:35963
//	steps:
//	  - insert: mau
//	  - tear: DG2 40%
//	  - run: chipid-agent read --mock --reader ${reader} --id ${number} --json
//	    expect: {exit: 5, json: {error.code: CARD_REMOVED}}
//	  - expect: {card: out, read: [SOD, DG1, DG13], unbroken: true}
//
// [Parse] knows every step and refuses what it does not know, with the line.
//
// What may not live here: a shell. Programs are started with the words given, and
// no other.
package script
