package doctor

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// systemOf is Windows.
type systemOf struct{}

// readerClass is the device setup class SmartCardReader.
var readerClass = windows.GUID{Data1: 0x50DD5230, Data2: 0xBA8A, Data3: 0x11D1, Data4: [8]byte{0xBF, 0x5D, 0x00, 0x00, 0xF8, 0x05, 0xF5, 0x30}}

// USBReaders implements System by the devices of the class that are present.
func (systemOf) USBReaders() ([]string, bool) {
	set, err := windows.SetupDiGetClassDevsEx(&readerClass, "", 0, windows.DIGCF_PRESENT, 0, "")
	if err != nil {
		return nil, false
	}
	defer set.Close()
	var found []string
	for i := 0; ; i++ {
		data, err := set.EnumDeviceInfo(i)
		if err != nil {
			return found, true
		}
		name := fmt.Sprintf("device %d", i+1)
		if text, err := set.DeviceRegistryProperty(data, windows.SPDRP_DEVICEDESC); err == nil {
			name = fmt.Sprint(text)
		}
		found = append(found, name)
	}
}

// Service implements System.
func (systemOf) Service() string { return "SCardSvr" }

// Refused implements System.
func (systemOf) Refused() bool { return false }

// Rights implements System: Windows asks for none.
func (systemOf) Rights() string { return "" }
