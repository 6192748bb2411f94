package decoder

// pictureCase is one way to write the drawn picture.
type pictureCase struct {
	name string // the file; its ending says whether it is JP2 or a bare codestream
	grey bool
	args []string // of opj_compress
	// exact: decoded to the very pixels that were written.
	exact bool
}

// committed are the images in testdata; opj_decompress's picture of each stands
// beside it where it is not the drawn one.
var committed = []pictureCase{
	{"colour-lossless.jp2", false, nil, true},
	{"colour-lossless.j2k", false, nil, true},
	{"grey-lossless.jp2", true, nil, true},
	{"grey-lossless.j2k", true, nil, true},
	{"colour-lossy.jp2", false, []string{"-I", "-r", "20"}, false},
	{"colour-lossy-fine.jp2", false, []string{"-I", "-r", "6"}, false},
	{"colour-lossy.j2k", false, []string{"-I", "-r", "12"}, false},
	{"colour-cut-53.jp2", false, []string{"-r", "15"}, false},
	{"grey-lossy.jp2", true, []string{"-I", "-r", "10"}, false},
	{"grey-lossy.j2k", true, []string{"-I", "-r", "16"}, false},
	{"colour-tiles-layers.jp2", false, []string{"-t", "40,50", "-r", "20,10,1", "-p", "RPCL", "-SOP", "-EPH"}, true},
	{"colour-lossy-tiles.jp2", false, []string{"-I", "-r", "10", "-t", "40,50"}, false},
}
