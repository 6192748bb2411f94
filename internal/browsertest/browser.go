// Package browsertest drives a real, headless Chromium for tests of pages: it
// starts the browser (Debian's chromium, or the one named in CHROMIUM), opens
// tabs whose console must stay clean, and looks at what a person would see.
//
// What may not live here: what any page is about.
package browsertest

import (
	"context"
	"fmt"
	"os"

	"github.com/chromedp/chromedp"
)

// Start starts a headless Chromium that talks to nobody but this machine.
func Start(profile string, more ...chromedp.ExecAllocatorOption) (browser context.Context, stop func(), err error) {
	path := os.Getenv("CHROMIUM")
	if path == "" {
		path = "chromium"
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), append(options, more...)...)
	browser, endBrowser := chromedp.NewContext(allocator)
	stop = func() { endBrowser(); endAllocator() }
	if err := chromedp.Do(browser, chromedp.Navigate("about:blank")); err != nil {
		stop()
		return nil, nil, fmt.Errorf("start %s: %w", path, err)
	}
	return browser, stop, nil
}
