package catalogue

// Text is one sentence in the two languages of the agent.
type Text struct {
	Vi string `json:"vi"`
	En string `json:"en"`
}

// In returns the sentence in the language ("en"; anything else is Vietnamese).
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.En
	}
	return t.Vi
}

// Code is a stable name of an error. It is part of the protocol: never renamed,
// never reused for another cause.
type Code string

// Error is one entry of the catalogue of errors.
type Error struct {
	Code Code
	// Number is the JSON-RPC error integer. JSON-RPC 2.0 §5.1 keeps -32768..-32000
	// to itself; only its own five codes have numbers in there.
	Number int
	// What says what happened, Remedy what to do.
	What, Remedy Text
	// Retryable: the same request may succeed later without being changed.
	Retryable bool
	// Exit is the exit code of the command line.
	Exit int
}

// Exit codes of the command line.
const (
	ExitGenuine   = 0   // read and genuine
	ExitUsage     = 2   // wrong usage, also a key that cannot be one
	ExitFailed    = 3   // read, a check other than expiry failed
	ExitUnproven  = 4   // read, nothing failed, not provable
	ExitTrouble   = 5   // card or reader trouble
	ExitCancelled = 130 // cancelled by the user
)

// Codes of the agent and of JSON-RPC 2.0; those of cardlib are named there.
const (
	ParseError      Code = "PARSE_ERROR"
	InvalidRequest  Code = "INVALID_REQUEST"
	MethodNotFound  Code = "METHOD_NOT_FOUND"
	InvalidParams   Code = "INVALID_PARAMS"
	Internal        Code = "INTERNAL"
	Cancelled       Code = "CANCELLED"
	NotInitialized  Code = "NOT_INITIALIZED"
	Unsupported     Code = "PROTOCOL_UNSUPPORTED"
	TooManyRequests Code = "TOO_MANY_REQUESTS"
	Busy            Code = "BUSY"
	FieldUnknown    Code = "FIELD_UNKNOWN"
	FieldsMissing   Code = "FIELDS_MISSING"
	PurposeMissing  Code = "PURPOSE_MISSING"
	KeyMissing      Code = "KEY_MISSING"
	NumberInvalid   Code = "NUMBER_INVALID"
	QRInvalid       Code = "QR_INVALID"
	MRZInvalid      Code = "MRZ_INVALID"
	CANInvalid      Code = "CAN_INVALID"
	ReaderNotFound  Code = "READER_NOT_FOUND"
	ReaderAmbiguous Code = "READER_AMBIGUOUS"
	ReaderStuck     Code = "READER_STUCK"
	NoReader        Code = "NO_READER"
	NoCard          Code = "NO_CARD"
	CardRemoved     Code = "CARD_REMOVED"
	CardBusy        Code = "CARD_BUSY"
	CardUnknown     Code = "CARD_UNKNOWN"
	CardMute        Code = "CARD_MUTE"
	CardTimeout     Code = "CARD_TIMEOUT"
	LinkFailed      Code = "LINK_FAILED"
	ReadCrashed     Code = "READ_CRASHED"
	PCSCUnavailable Code = "PCSC_UNAVAILABLE"
	PCSCNotBuilt    Code = "PCSC_NOT_BUILT"
	TriesSpent      Code = "ACCESS_TRIES_SPENT"
	Usage           Code = "USAGE"
	TrustUnreadable Code = "TRUST_UNREADABLE"
	PortUnavailable Code = "PORT_UNAVAILABLE"
	OriginInvalid   Code = "ORIGIN_INVALID"
	FileUnwritable  Code = "FILE_UNWRITABLE"
	RecordRefused   Code = "RECORD_REFUSED"
	RecordInvalid   Code = "RECORD_INVALID"

	EvidenceMalformed  Code = "EVIDENCE_MALFORMED"
	EvidenceIncomplete Code = "EVIDENCE_INCOMPLETE"
	EvidenceRequest    Code = "EVIDENCE_REQUEST_MALFORMED"

	EvidenceWithoutOrigin Code = "EVIDENCE_WITHOUT_ORIGIN"
)

// Lookup returns the entry of a code.
func Lookup(code Code) (Error, bool) {
	e, ok := byCode[code]
	return e, ok
}

// Of returns the entry of a code, or that of [Internal] for one that the
// catalogue does not have.
func Of(code Code) Error {
	if e, ok := byCode[code]; ok {
		return e
	}
	return byCode[Internal]
}

// Errors returns the whole catalogue of errors in its order.
func Errors() []Error {
	var all []Error
	for _, family := range families {
		all = append(all, family.errors...)
	}
	return all
}

// family is a group of errors as docs/errors.md shows them.
type family struct {
	title  Text
	errors []Error
}

var families = []family{
	{Text{"Đầu đọc", "Readers"}, readerErrors},
	{Text{"Thẻ", "Cards"}, cardErrors},
	{Text{"Khóa mở chip", "Keys to the chip"}, keyErrors},
	{Text{"Yêu cầu", "Requests"}, requestErrors},
	{Text{"Quyền của trang", "Grants"}, grantErrors},
	{Text{"Ghép trang", "Pairing"}, pairingErrors},
	{Text{"Kiểm tra thẻ với máy chủ", "Card checks by a back end"}, proofErrors},
	{Text{"Dòng lệnh", "Command line"}, commandErrors},
	{Text{"Chứng thư gốc", "Root certificates"}, trustErrors},
	{Text{"Tệp của chương trình", "Files of the agent"}, stateErrors},
	{Text{"JSON-RPC 2.0", "JSON-RPC 2.0"}, protocolErrors},
}

var byCode = index(Errors())

func index(all []Error) map[Code]Error {
	m := make(map[Code]Error, len(all))
	for _, e := range all {
		m[e.Code] = e
	}
	return m
}
