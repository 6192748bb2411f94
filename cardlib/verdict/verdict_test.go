package verdict

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// proven are the checks of a good card, without revocation data as is usual.
func proven() []Check {
	return []Check{Pass(Hashes), Pass(Signature), Pass(Anchor), Pass(Validity), NoVerdict(Revocation, NoCRL),
		Pass(ActiveAuth), Pass(ChipAuth), Pass(Consistency), Pass(Expiry)}
}

func with(c Check) []Check {
	checks := proven()
	for i := range checks {
		if checks[i].ID == c.ID {
			checks[i] = c
		}
	}
	return checks
}

func TestConclude(t *testing.T) {
	for name, tc := range map[string]struct {
		checks []Check
		want   Outcome
	}{
		"all good":                  {proven(), Genuine},
		"hashes failed":             {with(Fail(Hashes, HashMismatch)), Failure},
		"hashes unavailable":        {with(NoVerdict(Hashes, GroupUnread)), Unproven},
		"signature failed":          {with(Fail(Signature, SignatureInvalid)), Failure},
		"signature unavailable":     {with(NoVerdict(Signature, AlgorithmUnknown)), Unproven},
		"anchor failed":             {with(Fail(Anchor, CountryMismatch)), Failure},
		"anchor unavailable":        {with(NoVerdict(Anchor, NoTrustStore)), Unproven},
		"validity failed":           {with(Fail(Validity, NotValidAtSigning)), Failure},
		"validity unavailable":      {with(NoVerdict(Validity, ClockImplausible)), Genuine},
		"revoked":                   {with(Fail(Revocation, Revoked)), Failure},
		"AA failed, CA passed":      {with(Fail(ActiveAuth, Refused)), Failure},
		"AA unavailable, CA passed": {with(NoVerdict(ActiveAuth, NoKey)), Genuine},
		"CA skipped, AA passed":     {with(Skip(ChipAuth)), Genuine},
		"consistency failed":        {with(Fail(Consistency, CardAccessMismatch)), Failure},
		"consistency unavailable":   {with(NoVerdict(Consistency, DG13Missing)), Genuine},
		"the card has expired":      {with(Fail(Expiry, CardExpired)), Genuine},
		"nothing was checked":       {nil, Unproven},
		"neither AA nor CA": {append(with(NoVerdict(ActiveAuth, NoKey))[:6], NoVerdict(ChipAuth, NoKey),
			Pass(Consistency)), Unproven},
		"a further check failed": {append(proven(), Fail("freshness", "NONCE_USED")), Failure},
	} {
		t.Run(name, func(t *testing.T) {
			r := Conclude(tc.checks, true)
			assert.Equal(t, tc.want, r.Outcome)
			assert.Equal(t, tc.want == Genuine, r.Genuine)
			assert.True(t, r.Synthetic)
			for i, id := range All() {
				assert.Equal(t, id, r.Checks[i].ID)
				assert.NotEmpty(t, r.Checks[i].Status)
			}
		})
	}
}
