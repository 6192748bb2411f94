package doctor

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plug writes what the kernel's sysfs says of a device with one interface.
func plug(t *testing.T, root, device, vendor, product, class string) {
	t.Helper()
	base := filepath.Join(root, "sys/bus/usb/devices")
	for path, text := range map[string]string{
		device + "/idVendor": vendor, device + "/idProduct": product, device + ":1.0/bInterfaceClass": class,
	} {
		path = filepath.Join(base, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text+"\n"), 0o644))
	}
}

func TestUSBReaders(t *testing.T) {
	root := t.TempDir()
	_, told := systemOf{root}.USBReaders()
	assert.False(t, told, "a system without USB does not tell")
	plug(t, root, "1-1", "046d", "c31c", "03") // a keyboard
	found, told := systemOf{root}.USBReaders()
	assert.True(t, told)
	assert.Empty(t, found)
	plug(t, root, "1-2", "072f", "2200", "0b")
	found, _ = systemOf{root}.USBReaders()
	assert.Equal(t, []string{"072f:2200"}, found)
}

func TestRights(t *testing.T) {
	root := t.TempDir()
	assert.Equal(t, "pcscd without polkit", systemOf{root}.Rights())
	touch(t, root+"/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy")
	assert.Equal(t, "polkit", systemOf{root}.Rights())
	touch(t, root+"/usr/share/polkit-1/rules.d/60-chipid.rules")
	assert.Equal(t, "polkit, 60-chipid.rules", systemOf{root}.Rights())
}

func touch(t *testing.T, path string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, nil, 0o644))
}
