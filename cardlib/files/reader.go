package files

import (
	"context"
	"errors"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

// MaxFile is the longest file that is read, in bytes. A DG2 of an issued card
// has 15 to 20 kB; what claims more than this is a fault or an attack.
const MaxFile = 256 << 10

// maxEven is the first offset that READ BINARY with the even instruction
// cannot express: P1 has 15 bits for it (ISO/IEC 7816-4 §7.2.3).
const maxEven = 0x8000

// Errors of reading.
var (
	// ErrTooLarge: the file claims more than MaxFile bytes.
	ErrTooLarge = errors.New("files: file over the limit")
	// ErrTag: the file does not begin with its tag.
	ErrTag = errors.New("files: another tag than the file's")
	// ErrShort: the file ends before its own length says.
	ErrShort = errors.New("files: file shorter than it claims")
)

// Ref names a file.
type Ref struct {
	// Name is said in errors: "EF.SOD".
	Name string
	ID   lds.FileID
	// Short is the short file identifier, 1 to 30; 0 if it has none.
	Short byte
	// Tag is what the content must begin with; 0 for any.
	Tag tlv.Tag
}

// Group returns the reference of a data group.
func Group(g lds.Group) Ref { return Ref{g.String(), g.FileID(), g.ShortID(), g.Tag()} }

// Further files.
var (
	COM        = Ref{"EF.COM", lds.EFCOM, lds.ShortCOM, lds.TagCOM}
	SOD        = Ref{"EF.SOD", lds.EFSOD, lds.ShortSOD, lds.TagSOD}
	CardAccess = Ref{"EF.CardAccess", lds.EFCardAccess, 0, 0x31} // before the application is selected: by SELECT
)

// Card is what files are read over; MaxData tells, for a limit on the data of
// an answer in bytes (status word not counted), how many plain bytes it can bring.
type Card interface {
	apdu.Card
	MaxData(maxAPDU int) int
}

// Plain makes a Card of one without secure messaging.
type Plain struct{ apdu.Card }

// MaxData is all of it.
func (Plain) MaxData(maxAPDU int) int { return maxAPDU }

// Reader reads files of one chip and keeps what it learns of it. It is not safe
// for concurrent use.
type Reader struct {
	card  Card
	sizes sizes
	// selectFirst is set once the chip refused a short file identifier that
	// SELECT could reach.
	selectFirst bool
	// shortTried: a short file identifier was sent; shortAnswered: and answered
	// within the channel, if only by a refusal.
	shortTried, shortAnswered bool
	// headerFirst is set once the chip answered a block that reaches beyond the end
	// of a file with no bytes at all.
	headerFirst bool
}

// NewReader returns a reader over card. extended tells that chip and link can
// be tried with extended length.
func NewReader(card Card, extended bool) *Reader {
	return &Reader{card: card, sizes: newSizes(extended)}
}

// Over returns a reader that goes on over another channel with what has been
// learnt of the chip.
func (r *Reader) Over(card Card) *Reader {
	next := *r
	next.card = card
	return &next
}

// Doubt is told by the caller that the channel was lost in the middle of a
// read: the largest block size is not used again. A channel lost over the first
// short file identifier that this chip was given may be lost over that: some
// chips answer one outside of secure messaging (the JMRTD applet: 6985).
func (r *Reader) Doubt() {
	if r.shortTried && !r.shortAnswered && !r.selectFirst {
		r.selectFirst = true
		r.sizes.lowerShort()
		return
	}
	r.sizes.lower()
}

// Extended tells whether extended length can still be tried: it was announced,
// and has not failed.
func (r *Reader) Extended() bool { return r.sizes.extended }

// Read reads a file whole. have is what was read of it before (nil at first):
// after a glitch the caller goes on at that offset. The bytes read so far come
// back also beside an error. tell, if not nil, hears of the progress in bytes.
//
// A refusal by the chip is an *apdu.StatusError; link faults pass through.
func (r *Reader) Read(ctx context.Context, ref Ref, have []byte, tell func(done, total int)) ([]byte, error) {
	f := &file{reader: r, ref: ref, data: have, tell: tell}
	if err := f.begin(ctx); err != nil {
		return f.data, err
	}
	for len(f.data) < f.total {
		if err := f.next(ctx); err != nil {
			return f.data, err
		}
	}
	return f.data[:f.total:f.total], nil
}

// file is one file on its way in.
type file struct {
	reader *Reader
	ref    Ref
	data   []byte
	total  int
	tell   func(done, total int)
}

// begin makes the file the current one and reads its first block, which tells
// its length.
func (f *file) begin(ctx context.Context) error {
	if len(f.data) > 0 { // resumed: select it again, the length is known
		if err := f.selectFile(ctx); err != nil {
			return err
		}
		return f.measure()
	}
	if f.ref.Short != 0 && !f.reader.selectFirst {
		f.reader.shortTried = true
		err := f.first(ctx, 0x80|f.ref.Short)
		refusal, refused := err.(*apdu.StatusError) // not one inside the error of a lost channel
		f.reader.shortAnswered = f.reader.shortAnswered || err == nil || refused
		if !refused || refusal.SW == apdu.SWSecurityStatus {
			return err
		}
		// Some chips know no short file identifiers: only SELECT tells whether
		// the file is missing.
		if err := f.selectFile(ctx); err != nil {
			return err
		}
		f.reader.selectFirst = true
		return f.first(ctx, 0)
	}
	if err := f.selectFile(ctx); err != nil {
		return err
	}
	return f.first(ctx, 0)
}

func (f *file) selectFile(ctx context.Context) error {
	cmd := apdu.Command{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: f.ref.ID.Bytes()}
	resp, err := f.reader.card.Transmit(ctx, cmd)
	if err != nil {
		return fmt.Errorf("SELECT %s: %w", f.ref.Name, err)
	}
	if !resp.SW.OK() {
		return &apdu.StatusError{Command: "SELECT " + f.ref.Name, SW: resp.SW}
	}
	return nil
}

// maxHeader is the longest tag and length of a file within MaxFile, in bytes.
const maxHeader = 5

// first reads the first block; p1 is 0 or 80 with the short file identifier.
func (f *file) first(ctx context.Context, p1 byte) error {
	want := f.reader.sizes.first(f.reader.card)
	if f.reader.headerFirst {
		want = maxHeader
	}
	cmd := apdu.Command{INS: apdu.InsReadBinary, P1: p1}
	data, err := f.block(ctx, cmd, want)
	if errors.Is(err, ErrShort) && want > maxHeader {
		// Some chips give nothing where fewer bytes are left than asked.
		f.reader.headerFirst = true
		data, err = f.block(ctx, cmd, maxHeader)
	}
	if err != nil {
		return err
	}
	f.data = append(f.data, data...)
	return f.measure()
}

// measure takes the file's length from its first bytes.
func (f *file) measure() error {
	tag, header, value, err := tlv.Header(f.data)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", f.ref.Name, err)
	case f.ref.Tag != 0 && tag != f.ref.Tag:
		return fmt.Errorf("%s begins with %v: %w", f.ref.Name, tag, ErrTag)
	case header+value > MaxFile:
		return fmt.Errorf("%s of %d bytes: %w", f.ref.Name, header+value, ErrTooLarge)
	}
	f.total = header + value
	f.report()
	return nil
}

// next reads the next block.
func (f *file) next(ctx context.Context) error {
	offset, left := len(f.data), f.total-len(f.data)
	want := min(left, f.reader.sizes.next(f.reader.card, left))
	var data []byte
	var err error
	if offset < maxEven {
		data, err = f.block(ctx, apdu.Command{INS: apdu.InsReadBinary, P1: byte(offset >> 8), P2: byte(offset)}, want)
	} else {
		data, err = f.odd(ctx, offset, want)
	}
	if err != nil {
		return err
	}
	if len(data) == 0 {
		return fmt.Errorf("%s: no bytes at offset %d of %d: %w", f.ref.Name, offset, f.total, ErrShort)
	}
	f.data = append(f.data, data...)
	f.report()
	return nil
}

// block sends one READ BINARY and lowers the size where the chip finds it too large.
func (f *file) block(ctx context.Context, cmd apdu.Command, want int) ([]byte, error) {
	name := "READ BINARY " + f.ref.Name
	for refused, corrected := false, false; ; {
		cmd.Le = want
		f.reader.sizes.tried = f.reader.sizes.tried || cmd.NeedsExtended()
		resp, err := f.reader.card.Transmit(ctx, cmd)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		switch {
		case resp.SW.OK() || resp.SW == apdu.SWEndOfFile || resp.SW == 0x6281:
			// A length corrected before the end of the file is a limit of the chip's.
			if refused || corrected && len(f.data)+len(resp.Data) < f.total {
				f.reader.sizes.learn(want)
			}
			f.reader.sizes.worked = f.reader.sizes.worked || cmd.NeedsExtended()
			return resp.Data[:min(len(resp.Data), want)], nil
		case resp.SW == apdu.SWWrongOffset:
			return nil, fmt.Errorf("%s: %w: %w", name, ErrShort, &apdu.StatusError{Command: name, SW: resp.SW})
		}
		if le, ok := resp.SW.RightLe(); ok && le < want { // inside the channel, where the link cannot see it
			want, corrected = le, true
			continue
		}
		smaller, ok := f.reader.sizes.refuse(resp.SW, want)
		if !ok {
			return nil, &apdu.StatusError{Command: name, SW: resp.SW}
		}
		want, refused = smaller, true
	}
}

// odd reads at an offset that only READ BINARY with INS B1 can express: the
// offset in a DO 54, the data in a DO 53 (ISO/IEC 7816-4 §7.2.3).
func (f *file) odd(ctx context.Context, offset, want int) ([]byte, error) {
	const header = 4 // 53 82 xx xx
	at := tlv.Encode(0x54, []byte{byte(offset >> 16), byte(offset >> 8), byte(offset)})
	want = max(1, want-header)
	data, err := f.block(ctx, apdu.Command{INS: apdu.InsReadBinaryOdd, Data: at}, want+header)
	if err != nil {
		return nil, err
	}
	content, err := tlv.ReadTag(data, 0x53)
	if err != nil {
		return nil, fmt.Errorf("%s at offset %d: %w", f.ref.Name, offset, err)
	}
	return content.Value[:min(len(content.Value), f.total-offset)], nil
}

func (f *file) report() {
	if f.tell != nil {
		f.tell(min(len(f.data), f.total), f.total)
	}
}
