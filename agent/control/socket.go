package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// Bounds of a connection.
const (
	maxLine  = 64 << 10
	lineTime = 5 * time.Second
	maxOpen  = 16
)

// Errors of control.
var (
	// ErrNotRunning: no agent listens.
	ErrNotRunning = errors.New("control: no agent is running")
	// ErrTaken: another agent listens there already.
	ErrTaken = errors.New("control: another agent has the socket")
)

// Handler carries a request out. ctx ends when the agent stops or the command
// has gone.
type Handler func(context.Context, Request) Response

// Listen opens the socket at path. What a crashed agent left there is replaced.
func Listen(path string) (net.Listener, error) {
	address, release, err := short(path)
	if err != nil {
		return nil, err
	}
	defer release()
	if conn, err := net.Dial("unix", address); err == nil {
		conn.Close()
		return nil, ErrTaken
	}
	_ = os.Remove(path) // a socket that nobody serves
	l, err := net.Listen("unix", address)
	if err != nil {
		return nil, err
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, err
	}
	return &listener{l, path}, nil
}

// listener removes the socket's name when it is closed.
type listener struct {
	net.Listener
	path string
}

// Close implements net.Listener.
func (l *listener) Close() error {
	_ = os.Remove(l.path)
	return l.Listener.Close()
}

// Serve answers until ctx ends, and returns when all requests are done.
func Serve(ctx context.Context, l net.Listener, handle Handler) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	var all sync.WaitGroup
	defer all.Wait()
	slots := make(chan struct{}, maxOpen)
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		select {
		case slots <- struct{}{}:
		default:
			conn.Close()
			continue
		}
		all.Go(func() {
			defer func() { <-slots }()
			serve(ctx, conn, handle)
		})
	}
}

// serve answers one command.
func serve(ctx context.Context, conn net.Conn, handle Handler) {
	defer conn.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	_ = conn.SetReadDeadline(time.Now().Add(lineTime))
	in := bufio.NewReaderSize(conn, maxLine)
	line, err := in.ReadSlice('\n')
	var r Request
	if err != nil || json.Unmarshal(line, &r) != nil {
		return
	}
	_ = conn.SetReadDeadline(time.Time{})
	gone := context.AfterFunc(ctx, func() { conn.Close() })
	go func() { // the command says no more: a read ends when it has gone
		_, _ = in.ReadByte()
		cancel()
	}()
	response := handle(ctx, r)
	gone()
	_ = conn.SetWriteDeadline(time.Now().Add(lineTime))
	_ = json.NewEncoder(conn).Encode(response)
}

// Call sends a request to the agent whose socket is at path.
func Call(ctx context.Context, path string, r Request) (Response, error) {
	address, release, err := short(path)
	if err != nil {
		return Response{}, fmt.Errorf("%w: %w", ErrNotRunning, err)
	}
	defer release()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", address)
	if err != nil {
		return Response{}, fmt.Errorf("%w: %w", ErrNotRunning, err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := json.NewEncoder(conn).Encode(r); err != nil {
		return Response{}, err
	}
	var response Response
	if err := json.NewDecoder(conn).Decode(&response); err != nil {
		if ctx.Err() != nil {
			return response, ctx.Err()
		}
		return response, fmt.Errorf("%w: %w", ErrNotRunning, err)
	}
	return response, nil
}
