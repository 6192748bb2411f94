package probe

// Version is the version of the report's form; it grows when a field changes its meaning.
const Version = 1

// Report is what a probe found. Sizes are bytes, times milliseconds, status
// words four hexadecimal digits.
type Report struct {
	Version   int    `json:"probe"`
	Program   string `json:"program"`
	Reader    string `json:"reader,omitempty"`
	Synthetic bool   `json:"synthetic"`
	Link      Link   `json:"link"`
	// Outside are the files under the MF, tried in plain before access.
	Outside []FileStatus `json:"outside"`
	// CardAccess is EF.CardAccess, nil if it could not be read.
	CardAccess *Infos   `json:"cardAccess,omitempty"`
	ATRInfo    *ATRInfo `json:"atrInfo,omitempty"`
	// Application is the answer to SELECT of the eMRTD application in plain.
	Application string `json:"application"`
	// Unopened are files of the application tried in plain.
	Unopened []FileStatus `json:"unopened"`
	Read     Read         `json:"read"`
	COM      *COM         `json:"com,omitempty"`
	SOD      *SOD         `json:"sod,omitempty"`
	DG1      *Shape       `json:"dg1,omitempty"`
	DG2      *Faces       `json:"dg2,omitempty"`
	DG13     *Shape       `json:"dg13,omitempty"`
	DG14     *Infos       `json:"dg14,omitempty"`
	DG15     *Key         `json:"dg15,omitempty"`
	// Others are groups that are not read: SELECT and the first READ BINARY.
	Others []FileStatus `json:"others"`
	// Blocks are READ BINARYs of several sizes, in the channel.
	Blocks []Block `json:"blocks"`
	// Problems are things that went wrong while probing, in words of the standard.
	Problems []string `json:"problems,omitempty"`
}

// Link is the way to the chip.
type Link struct {
	// ATR is in hex.
	ATR               string `json:"atr"`
	Protocol          string `json:"protocol"`
	ContactlessATR    bool   `json:"contactlessAtr"`
	ExtendedAnnounced bool   `json:"extendedAnnounced"`
}

// FileStatus is what a chip says of one file.
type FileStatus struct {
	File   string `json:"file"`
	Select string `json:"select,omitempty"`
	Read   string `json:"read,omitempty"`
	// Bytes is the length that the file's first bytes tell, where it can be read.
	Bytes int `json:"bytes,omitempty"`
}

// Read is how a whole read went.
type Read struct {
	// Access is the way in, empty if there was none.
	Access string `json:"access,omitempty"`
	// Error, Stage, SW and Tried say why the read ended early.
	Error string   `json:"error,omitempty"`
	Stage string   `json:"stage,omitempty"`
	SW    string   `json:"sw,omitempty"`
	Tried []string `json:"tried,omitempty"`
	// Checks are the verdicts: status and reason.
	Checks []Check    `json:"checks,omitempty"`
	Broken []string   `json:"broken,omitempty"`
	Files  []FileRead `json:"files,omitempty"`
	// Answers counts the answers by command and status word: "READ BINARY 9000".
	Answers map[string]int `json:"answers,omitempty"`
	// AccessMs, TextMs, PortraitMs and TotalMs count from the start.
	AccessMs   int64 `json:"accessMs,omitempty"`
	TextMs     int64 `json:"textMs,omitempty"`
	PortraitMs int64 `json:"portraitMs,omitempty"`
	TotalMs    int64 `json:"totalMs,omitempty"`
	APDUs      int   `json:"apdus,omitempty"`
	Sent       int   `json:"bytesSent,omitempty"`
	Received   int   `json:"bytesReceived,omitempty"`
	Resets     int   `json:"resets,omitempty"`
}

// Check is one verdict.
type Check struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Reason string `json:"reason,omitempty"`
}

// FileRead is how one file came.
type FileRead struct {
	File     string `json:"file"`
	Bytes    int    `json:"bytes"`
	Commands int    `json:"commands"`
	// Asked and Got are the largest block asked for and the largest that came.
	Asked int   `json:"asked"`
	Got   int   `json:"got"`
	Ms    int64 `json:"ms"`
}

// Block is one READ BINARY of a size.
type Block struct {
	Asked int `json:"asked"`
	// Form is "short" or "extended".
	Form string `json:"form"`
	Got  int    `json:"got"`
	SW   string `json:"sw,omitempty"`
	Ms   int64  `json:"ms"`
	// Lost: the chip or the link dropped the channel.
	Lost bool `json:"lost,omitempty"`
}

// Node is one element of a file: its tag in hex, its length, how deep it lies.
// Its value is not told, but for an object identifier and, in DG13, the number
// that names a field, which are the same on every card.
type Node struct {
	Depth  int    `json:"depth"`
	Tag    string `json:"tag"`
	Length int    `json:"length"`
	OID    string `json:"oid,omitempty"`
	Field  *int   `json:"field,omitempty"`
}

// Shape is the skeleton of a file.
type Shape struct {
	Bytes int `json:"bytes"`
	// Whole is false where the file is not built of TLV throughout, or has more
	// elements than are told.
	Whole bool   `json:"whole"`
	Nodes []Node `json:"nodes"`
}

// COM is EF.COM.
type COM struct {
	Bytes          int      `json:"bytes"`
	LDSVersion     string   `json:"ldsVersion,omitempty"`
	UnicodeVersion string   `json:"unicodeVersion,omitempty"`
	Groups         []string `json:"groups"`
	UnknownTags    []string `json:"unknownTags,omitempty"`
	Problem        string   `json:"problem,omitempty"`
}

// ATRInfo is EF.ATR/INFO.
type ATRInfo struct {
	Chaining       bool `json:"chaining"`
	ExtendedLength bool `json:"extendedLength"`
	MaxCommand     int  `json:"maxCommand,omitempty"`
	MaxResponse    int  `json:"maxResponse,omitempty"`
}

// Algorithm is an algorithm identifier.
type Algorithm struct {
	OID string `json:"oid"`
	// Name is what it is known as, empty for an unknown one.
	Name string `json:"name,omitempty"`
}

// SOD is EF.SOD.
type SOD struct {
	Bytes          int       `json:"bytes"`
	Problem        string    `json:"problem,omitempty"`
	Version        int       `json:"version"`
	LDSVersion     string    `json:"ldsVersion,omitempty"`
	UnicodeVersion string    `json:"unicodeVersion,omitempty"`
	Hash           Algorithm `json:"hash"`
	// Groups are those listed.
	Groups       []string `json:"groups"`
	Certificates int      `json:"certificates"`
	Unreadable   int      `json:"unreadableCertificates,omitempty"`
	Signers      []Signer `json:"signers"`
}

// Signer is one signature of EF.SOD and the certificate of who made it.
type Signer struct {
	// NamedBy is "issuerAndSerialNumber" or "subjectKeyIdentifier".
	NamedBy     string    `json:"namedBy"`
	Digest      Algorithm `json:"digest"`
	Signature   Algorithm `json:"signature"`
	Attributes  bool      `json:"signedAttributes"`
	SigningTime bool      `json:"signingTime"`
	// Issuer, Key, KeyHash (SHA-256 of the SubjectPublicKeyInfo, hex) and
	// CertificateBytes are of the signer's certificate, empty if it is not there.
	Issuer           string `json:"issuer,omitempty"`
	Key              string `json:"key,omitempty"`
	KeyHash          string `json:"keyHash,omitempty"`
	CertificateBytes int    `json:"certificateBytes,omitempty"`
}

// Infos is a set of SecurityInfos.
type Infos struct {
	Bytes   int    `json:"bytes"`
	Problem string `json:"problem,omitempty"`
	Infos   []Info `json:"infos"`
	Keys    []Key  `json:"keys,omitempty"`
	Shape   Shape  `json:"shape"`
}

// Info is one SecurityInfo.
type Info struct {
	OID     string `json:"oid,omitempty"`
	Name    string `json:"name,omitempty"`
	Version int    `json:"version,omitempty"`
	// Parameter names the domain parameters: "13", "brainpoolP256r1".
	Parameter string `json:"parameter,omitempty"`
	Domain    string `json:"domain,omitempty"`
	Problem   string `json:"problem,omitempty"`
}

// Key is a public key of the chip: its kind, never its value.
type Key struct {
	Bytes int    `json:"bytes,omitempty"`
	Kind  string `json:"kind,omitempty"` // "RSA", "EC", "DH"
	Bits  int    `json:"bits,omitempty"`
	// Domain is the curve or group.
	Domain  string `json:"domain,omitempty"`
	HasID   bool   `json:"hasId,omitempty"`
	Problem string `json:"problem,omitempty"`
}

// Faces is DG2.
type Faces struct {
	Bytes   int    `json:"bytes"`
	Problem string `json:"problem,omitempty"`
	// Records are the kinds of the biometric data blocks.
	Records []string `json:"records"`
	Faces   []Face   `json:"faces"`
	Shape   Shape    `json:"shape"`
}

// Face is one face image.
type Face struct {
	// Format is told by the first bytes: "jpeg", "jp2", "j2k", "png".
	Format string `json:"format"`
	Bytes  int    `json:"bytes"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}
