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

// forms are more ways in which an encoder writes, tried with the tool at hand.
var forms = []pictureCase{
	{"independent.jp2", false, []string{"-mct", "0"}, true},
	{"independent-lossy.jp2", false, []string{"-mct", "0", "-I", "-r", "8"}, false},
	{"layers.jp2", false, []string{"-r", "20,10,5,1"}, true},
	{"layers-lossy.jp2", false, []string{"-I", "-r", "40,20,10"}, false},
	{"lrcp-tiles.jp2", false, []string{"-p", "LRCP", "-t", "64,64"}, true},
	{"rlcp-tiles.jp2", false, []string{"-p", "RLCP", "-t", "64,64"}, true},
	{"rpcl-tiles.jp2", false, []string{"-p", "RPCL", "-t", "64,64"}, true},
	{"pcrl-tiles.jp2", false, []string{"-p", "PCRL", "-t", "64,64"}, true},
	{"cprl-tiles.jp2", false, []string{"-p", "CPRL", "-t", "64,64"}, true},
	{"precincts.jp2", false, []string{"-c", "[64,64],[32,32]"}, true},
	{"precincts-lossy.jp2", false, []string{"-I", "-r", "8", "-c", "[64,64],[32,32]", "-p", "PCRL"}, false},
	{"blocks-4.jp2", false, []string{"-b", "4,4"}, true},
	{"blocks-wide.jp2", false, []string{"-b", "1024,4"}, true},
	{"markers.jp2", false, []string{"-SOP", "-EPH", "-PLT", "-TLM"}, true},
	{"bypass.jp2", false, []string{"-M", "1"}, true},
	{"all-switches.jp2", false, []string{"-M", "63"}, true},
	{"one-resolution.jp2", false, []string{"-n", "1"}, true},
	{"region.jp2", false, []string{"-ROI", "c=0,U=10"}, true},
	{"offset.j2k", false, []string{"-d", "13,7"}, true},
	{"tile-offset.j2k", false, []string{"-d", "13,7", "-T", "3,5", "-t", "40,40"}, true},
	{"tile-parts.jp2", false, []string{"-TP", "R"}, true},
	{"tile-parts-of-tiles.jp2", false, []string{"-TP", "L", "-t", "64,64"}, true},
}
