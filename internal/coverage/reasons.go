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
	whyPCSC      = "Faults of the PC/SC service, and events at the moment of others, that no virtual reader brings about at will"
	whyChild     = "Runs in the decoder's own process, whose counters are not gathered; portrait's tests judge it from outside"
	whyMending   = "Mends a channel or ends a read that is lost at this very command; the same is tested at other commands"
	whyProbe     = "Describes a chip of a kind that the mock issuer does not make"
	whyElsewhere = "Run by the tests of the agent and of the verifier, which are not counted here"
	whyFiles     = "Files and folders that cannot be read, which no test can make for an administrator of the computer"
	whyChance    = "Happens by a chance of one in 2^190"
	whyRare      = "A form that the standard allows and no card of the tests has"
)

// reasons are those that have to be said: of a room, a file or a function.
var reasons = []struct{ where, why string }{
	{"cardlib/pcsc", whyPCSC},
	{"cardlib/portrait/decoder", whyChild},
	{"cardlib.read.authenticateActively", whyMending},
	{"cardlib.read.authoriseAgain", whyMending},
	{"cardlib.read.authoriseTerminal", whyMending},
	{"cardlib.read.cardAccessCheck", whyRare},
	{"cardlib.read.enter", whyMending},
	{"cardlib.read.keysForChipAuth", whyMending},
	{"cardlib.read.mapped", whyRare},
	{"cardlib.read.open", whyElsewhere},
	{"cardlib.read.parsePortrait", whyRare},
	{"cardlib.read.proveChannel", whyMending},
	{"cardlib.read.readSOD", whyElsewhere},
	{"cardlib.read.vouched", whyRare},
	{"cardlib.recordedChannel.MaxData", whyRare},
	{"cardlib.selectApplication", whyMending},
	{"cardlib/cccd.birthOf", whyRare},
	{"cardlib/cms.SignedData.parseCertificates", whyRare},
	{"cardlib/cms.decodePoint", whyRare},
	{"cardlib/cms.readAuthorityKeyID", whyRare},
	{"cardlib/cms.readExplicitCurve", whyRare},
	{"cardlib/curves.Curve.SignECDSA", whyChance},
	{"cardlib/curves.Curve.hashToInt", whyRare},
	{"cardlib/curves.Point.Equal", whyRare},
	{"cardlib/cvc.Authorization.Role", whyRare},
	{"cardlib/cvc.Certificate.parseBody", whyRare},
	{"cardlib/cvc.ECPublicKey.Equal", whyRare},
	{"cardlib/cvc.Template.body", whyRare},
	{"cardlib/evidence.judge.activeAuth", whyRare},
	{"cardlib/files.sizes.lower", whyMending},
	{"cardlib/lds.EncodeCOM", whyRare},
	{"cardlib/lds.jpegSize", whyRare},
	{"cardlib/mrz.bare", whyRare},
	{"cardlib/mrz.writer.number", whyRare},
	{"cardlib/pace.run.begin", whyMending},
	{"cardlib/pace.run.forms", whyRare},
	{"cardlib/passiveauth.SOD.CheckGroup", whyRare},
	{"cardlib/portrait/codestream.nextBox", whyRare},
	{"cardlib/probe.commandName", whyProbe},
	{"cardlib/probe.describeCOM", whyProbe},
	{"cardlib/probe.describeInfos", whyProbe},
	{"cardlib/probe.fileName", whyProbe},
	{"cardlib/probe.insider.mend", whyMending},
	{"cardlib/probe.insider.other", whyMending},
	{"cardlib/probe.insider.selectDG2", whyMending},
	{"cardlib/probe.theOne", whyProbe},
	{"cardlib/record.Recorder.Attach", whyElsewhere},
	{"cardlib/record.Recorder.hear", whyMending},
	{"cardlib/record.Recorder.keepRaw", whyMending},
	{"cardlib/record.faultOf", whyMending},
	{"cardlib/record.heard.masked", whyMending},
	{"cardlib/record.maskKey", whyRare},
	{"cardlib/securemsg.Session.Transmit", whyMending},
	{"cardlib/terminalauth.Terminal.own", whyRare},
	{"cardlib/tlv.appendLength", whyRare},
	{"cardlib/trust.Store.AddObjects", whyElsewhere},
	{"cardlib/trust.kindOfSigned", whyRare},
	{"cardlib/trust.loader.file", whyFiles},
	{"cardlib/trust.loader.finish", whyRare},
	{"cardlib/trust.loader.walk", whyFiles},
	{"cardlib/cccd.FieldsIn", whyElsewhere},
	{"cardlib/remoteca.Service.now", whyElsewhere},
	{"cardlib/remoteca.Refusal.Unwrap", whyElsewhere},
	{"cardlib/files.sizes.lowerShort", whyMending},
	{"cardlib/remoteca.onlyReads.Transmit", whyMending},
	{"cardlib/remoteca.wire.Transmit", whyMending},
	{"cardlib/remoteca.chipAuthAfter", whyRare},
	{"cardlib/remoteca.conversation.agree", whyRare},
	{"cardlib/remoteca.conversation.read", whyRare},
	{"cardlib/remoteca.card.consistency", whyRare},
	{"cardlib/remoteca.card.freshness", whyRare},
}
