// Chipid-agent reads Vietnamese chip identity cards for web pages and for
// people at a terminal. Run it with --help for its commands.
//
// This folder is the command line alone: flags, exit codes and readable output.
// What it puts together lives in the folders below: reading (readers and jobs),
// rpc (the protocol), gateway (the door), consent (who may come in), answer
// (what is said) and catalogue (the words).
package main
