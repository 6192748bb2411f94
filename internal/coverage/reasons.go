package main

// The reasons that are seen in the code itself.
const (
	whyPassedOn = "Passes an error up that the room below tests"
	whyPanic    = "Cannot happen: a constant of the program would be wrong"
	whyRefused  = "One more form of malformed, unknown or oversized input, of which the room's tables refuse others; fuzz targets look for the rest"
	whyRest     = "The rest of a switch over all that is known: without it the function would have no end"
	whyText     = "Words for people"
)

// Those that have to be said.
const (
	whyPCSC    = "Faults of the PC/SC service, and events at the moment of others, that no virtual reader brings about at will"
	whyChild   = "Runs in the decoder's own process, whose counters are not gathered; portrait's tests judge it from outside"
	whyMending = "Mends a channel or ends a read that is lost at this very command; the same is tested at other commands"
	whyProbe   = "Describes a chip of a kind that the mock issuer does not make"
	whyRare    = "A form that the standard allows and no card of the tests has"
)

// reasons are those that have to be said: of a room, a file or a function.
var reasons = []struct{ where, why string }{
	{"cardlib/pcsc", whyPCSC},
	{"cardlib/portrait/decoder", whyChild},
}
