package passiveauth

import "strings"

// SameState tells whether an issuing State as DG1 writes it (the three letters
// of Doc 9303-3 §5, fillers and letter case aside) is the country of a
// certificate (alpha-2, Doc 9303-12 §7.1; a few organisations use their three
// letters). What is on neither list is no State.
func SameState(issuing, country string) bool {
	issuing = strings.ToUpper(strings.TrimRight(strings.TrimSpace(issuing), "<"))
	country = strings.ToUpper(strings.TrimSpace(country))
	codes := alpha2[issuing]
	if codes == "" {
		return false
	}
	return country == issuing || len(country) == 2 && strings.Contains(codes, country) && strings.Index(codes, country)%2 == 0
}

// alpha2 gives the two-letter codes of a three-letter one; where Doc 9303 and
// ISO 3166-1 leave a choice there are several, one after the other.
var alpha2 = func() map[string]string {
	m := map[string]string{}
	for _, pair := range strings.Fields(iso3166 + special) {
		three, two, ok := strings.Cut(pair, ":")
		if !ok {
			three, two = pair[:3], pair[3:]
		}
		m[three] = two
	}
	return m
}()

// special are the codes of Doc 9303-3 §5 that ISO 3166-1 does not have:
// Germany's single letter, British nationals, Kosovo, organisations.
const special = `
D:DE GBD:GB GBN:GB GBO:GB GBP:GB GBS:GB RKS:KSXK UNK:KSXKUN
EUE:EU UNO:UN UNA:UN UTO:UT IAO:IA NTZ:NT XOM:XM XPO:XP`

// iso3166 are the officially assigned codes of ISO 3166-1: alpha-3 and alpha-2.
const iso3166 = `
ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT
AZEAZ BDIBI BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO
BRABR BRBBB BRNBN BTNBT BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG
COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO
DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB
GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY
HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT
JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY
LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH
MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA
NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE
PHLPH PLWPW PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA
SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR
SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO
TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC VENVE VGBVG
VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW`
