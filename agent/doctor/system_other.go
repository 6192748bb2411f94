//go:build !linux && !windows

package doctor

// systemOf is a system that does not tell.
type systemOf struct{}

// USBReaders implements System.
func (systemOf) USBReaders() ([]string, bool) { return nil, false }

// Service implements System.
func (systemOf) Service() string { return "" }

// Refused implements System.
func (systemOf) Refused() bool { return false }

// Rights implements System.
func (systemOf) Rights() string { return "" }
