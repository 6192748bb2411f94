package passiveauth

import (
	"errors"

	"chipid/cardlib/cms"
	"chipid/cardlib/verdict"
)

// signature puts the outcome of the signature over EF.SOD into words (Doc
// 9303-11 §5.1 step 2). An algorithm that is not known or not allowed cannot be
// judged; curve parameters that were tampered with are an alarm.
func (j *judge) signature() verdict.Check {
	err := j.chain.signatureErr
	no := func(why verdict.Reason) verdict.Check { return verdict.NoVerdict(verdict.Signature, why) }
	fail := func(why verdict.Reason) verdict.Check { return verdict.Fail(verdict.Signature, why) }
	switch {
	case err == nil:
		return verdict.Pass(verdict.Signature)
	case errors.Is(err, cms.ErrNoSignerCertificate):
		switch {
		case errors.Is(err, cms.ErrCurveAltered), errors.Is(err, cms.ErrMalformed):
			return fail(verdict.CertificateInvalid)
		case errors.Is(err, cms.ErrUnsupported):
			return no(verdict.AlgorithmUnknown)
		}
		return no(verdict.SignerMissing)
	case errors.Is(err, cms.ErrDigest):
		return fail(verdict.DigestMismatch)
	case errors.Is(err, cms.ErrUnsupported), errors.Is(err, cms.ErrPolicy):
		return no(verdict.AlgorithmUnknown)
	}
	return fail(verdict.SignatureInvalid)
}
