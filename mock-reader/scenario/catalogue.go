package scenario

import "slices"

// All returns the scenarios, the genuine card first.
func All() []Scenario {
	return slices.Concat(goodCards(), changedData(), signers(), chipKeys(), access(), linkTrouble())
}

// goodCards are cards that a reader must find genuine.
func goodCards() []Scenario {
	return []Scenario{
		{
			Name: Genuine, TitleVi: "Thẻ thật, không thay đổi", TitleEn: "Genuine card, nothing changed",
			Expect: expect(ExitGenuine),
		},
		cardExpired(),
		unknownFields(),
		directFields(),
	}
}
