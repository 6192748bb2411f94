package child

import (
	"io"
	"os"
	"time"
)

// lifeLimit ends a child whatever happens: waiting for a card, for the officer and
// the read itself have shorter limits, all together.
const lifeLimit = 5 * time.Minute

// Exit codes of the child; its parent only tells that there was no answer.
const (
	exitDone  = 0
	exitWrong = 1
)

// Main is the program as the child: it serves until its input ends. It ends, too,
// whatever it does at the moment, as soon as the parent is gone.
func Main(in io.Reader, out io.Writer, s Surroundings) int {
	confine()
	time.AfterFunc(lifeLimit, func() { os.Exit(exitWrong) })
	if err := Serve(watched(in), out, s); err != nil {
		return exitWrong
	}
	return exitDone
}

// watched reads ahead of the child's work, so that the end of the input is seen
// while the child is busy: the parent asks one thing at a time, so that nothing is
// behind what it has asked but the end.
func watched(in io.Reader) io.Reader {
	r, w := io.Pipe()
	go func() {
		b := make([]byte, 64<<10)
		for {
			n, err := in.Read(b)
			if n > 0 {
				if _, err := w.Write(b[:n]); err != nil {
					return
				}
			}
			if err != nil {
				os.Exit(exitDone)
			}
		}
	}()
	return r
}
