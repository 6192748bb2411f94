package cccd_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cccd"
	"chipid/cardlib/lds"
	"chipid/cardlib/mrz"
)

func TestFromGroups(t *testing.T) {
	_, dg13 := vector(t)
	dg1, err := mrz.Parse(zone)
	require.NoError(t, err)
	c, mismatches := cccd.FromGroups(&dg1, &dg13)
	assert.Empty(t, mismatches)
	text, err := json.Marshal(c)
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"personalNumber": "000190000018", "fullName": "Nguyễn Thị Mẫu", "dateOfBirth": "1990-01-15",
		"sex": "female", "sexText": "Nữ", "nationality": "Việt Nam", "ethnicity": "Kinh", "religion": "Không",
		"placeOfOrigin": "Xã A, Huyện B, Tỉnh C", "placeOfResidence": "Số 1, Xã A, Huyện B, Tỉnh C",
		"identifyingMarks": "Không có", "dateOfIssue": "2021-07-01", "dateOfExpiry": "2030-01-15",
		"father": "Nguyễn Văn Bố", "mother": "Trần Thị Mẹ", "oldNumber": "012345678", "chipSerial": "0123456789ABCDEF",
		"placeOfIssue": "Cục trưởng Cục Cảnh sát quản lý hành chính về trật tự xã hội"
	}`, string(text))
}

func TestFromOneGroup(t *testing.T) {
	dg1, err := mrz.Parse(zone)
	require.NoError(t, err)
	c, mismatches := cccd.FromGroups(&dg1, nil)
	assert.Empty(t, mismatches)
	assert.Equal(t, cccd.Citizen{PersonalNumber: "000190000018", FullName: "NGUYEN THI MAU", DateOfBirth: "1990-01-15",
		Sex: cccd.Female, DateOfExpiry: "2030-01-15"}, c)

	c, mismatches = cccd.FromGroups(nil, nil)
	assert.Empty(t, mismatches)
	assert.Zero(t, c)

	c, _ = cccd.FromGroups(&mrz.Document{}, &cccd.DG13{})
	assert.Zero(t, c)

	foreign, err := mrz.Parse("I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<")
	require.NoError(t, err)
	c, _ = cccd.FromGroups(&foreign, nil)
	assert.Equal(t, cccd.Citizen{FullName: "ERIKSSON ANNA MARIA", DateOfBirthText: "740812", Sex: cccd.Female, DateOfExpiry: "2012-04-15"}, c)
}

func TestDatesOfCitizen(t *testing.T) {
	tests := []struct {
		name, mrzExpiry    string
		birth, issue, ends string
		want               cccd.Citizen
	}{
		{"slashes", "300115", "15/01/1990", "01/07/2021", "15/01/2030",
			cccd.Citizen{DateOfBirth: "1990-01-15", DateOfIssue: "2021-07-01", DateOfExpiry: "2030-01-15"}},
		{"yyyymmdd", "300115", "19900115", "20210701", "20300115",
			cccd.Citizen{DateOfBirth: "1990-01-15", DateOfIssue: "2021-07-01", DateOfExpiry: "2030-01-15"}},
		{"year only", "300115", "1990", "7/2021", "15/01/2030",
			cccd.Citizen{DateOfBirthText: "1990", DateOfIssueText: "7/2021", DateOfExpiry: "2030-01-15"}},
		{"no expiry", "991231", "15/01/1950", "01/07/2021", "Không thời hạn",
			cccd.Citizen{DateOfBirth: "1950-01-15", DateOfIssue: "2021-07-01", NoExpiry: true}},
		{"no expiry, decomposed small letters", "991231", "15/01/1950", "01/07/2021", "kho\u0302ng xác định thời hạn",
			cccd.Citizen{DateOfBirth: "1950-01-15", DateOfIssue: "2021-07-01", NoExpiry: true}},
		{"no expiry as a date", "991231", "15/01/1950", "01/07/2021", "31/12/2099",
			cccd.Citizen{DateOfBirth: "1950-01-15", DateOfIssue: "2021-07-01", NoExpiry: true}},
		{"no expiry as the last date", "991231", "15/01/1950", "01/07/2021", "31/12/9999",
			cccd.Citizen{DateOfBirth: "1950-01-15", DateOfIssue: "2021-07-01", NoExpiry: true}},
		{"no expiry in DG1 only", "991231", "15/01/1950", "01/07/2021", "",
			cccd.Citizen{DateOfBirth: "1950-01-15", DateOfIssue: "2021-07-01", NoExpiry: true}},
		{"expiry in DG1 only", "300115", "15/01/1990", "01/07/2021", "",
			cccd.Citizen{DateOfBirth: "1990-01-15", DateOfIssue: "2021-07-01", DateOfExpiry: "2030-01-15"}},
		{"unknown is not without end", "300115", "15/01/1990", "01/07/2021", "Không rõ",
			cccd.Citizen{DateOfBirth: "1990-01-15", DateOfIssue: "2021-07-01", DateOfExpiryText: "Không rõ"}},
		{"another text", "300115", "15/01/1990", "01/07/2021", "xem mặt sau",
			cccd.Citizen{DateOfBirth: "1990-01-15", DateOfIssue: "2021-07-01", DateOfExpiryText: "xem mặt sau"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dg13 := cccd.DG13{DateOfBirth: tt.birth, DateOfIssue: tt.issue, DateOfExpiry: tt.ends}
			birth := "900115"
			if strings.HasSuffix(tt.birth, "1950") {
				birth = "500115"
			}
			dg1 := mrz.Document{Format: mrz.TD1, IssuingState: "VNM", DateOfBirth: birth, DateOfExpiry: tt.mrzExpiry}
			c, mismatches := cccd.FromGroups(&dg1, &dg13)
			assert.Empty(t, mismatches)
			c.PlaceOfIssue = ""
			assert.Equal(t, tt.want, c)
		})
	}
}

func TestOnly(t *testing.T) {
	all := cccd.Citizen{
		PersonalNumber: "1", FullName: "2", DateOfBirth: "3", DateOfBirthText: "3", Sex: "4", SexText: "4", Nationality: "5",
		Ethnicity: "6", Religion: "7", PlaceOfOrigin: "8", PlaceOfResidence: "9", IdentifyingMarks: "10", DateOfIssue: "11",
		DateOfIssueText: "11", DateOfExpiry: "12", DateOfExpiryText: "12", NoExpiry: true, Father: "13", Mother: "13",
		Spouse: "14", OldNumber: "15", ChipSerial: "16", PlaceOfIssue: "x", Extra: map[int][]string{17: {"y"}},
	}
	assert.Zero(t, all.Only())
	assert.Zero(t, all.Only("portrait", "nonsense", ""))
	assert.Equal(t, cccd.Citizen{FullName: "2", Sex: "4", SexText: "4"}, all.Only(cccd.FieldFullName, cccd.FieldSex))

	var ids []cccd.FieldID
	for _, f := range cccd.Fields() {
		ids = append(ids, f.ID)
		if f.ID == cccd.FieldPortrait {
			continue
		}
		alone, err := json.Marshal(all.Only(f.ID))
		require.NoError(t, err)
		assert.Contains(t, string(alone), `"`+string(f.ID)+`":`, "each field has the JSON name of its id")
	}
	assert.Equal(t, all, all.Only(ids...))
}

func TestFields(t *testing.T) {
	sensitive := map[cccd.FieldID]bool{cccd.FieldEthnicity: true, cccd.FieldReligion: true, cccd.FieldFather: true, cccd.FieldMother: true,
		cccd.FieldSpouse: true, cccd.FieldPortrait: true, cccd.FieldIdentifyingMarks: true, cccd.FieldExtra: true}
	seen := map[cccd.FieldID]bool{}
	for _, f := range cccd.Fields() {
		assert.False(t, seen[f.ID], f.ID)
		seen[f.ID] = true
		assert.Equal(t, sensitive[f.ID], f.Sensitive, f.ID)
		assert.NotEmpty(t, f.Vietnamese)
		assert.NotEmpty(t, f.English)
		want := []lds.Group{lds.DG13}
		if f.ID == cccd.FieldPortrait {
			want = []lds.Group{lds.DG2}
		}
		assert.Equal(t, want, f.Groups)
		got, ok := cccd.FieldByID(f.ID)
		assert.True(t, ok)
		assert.Equal(t, f, got)
	}
	_, ok := cccd.FieldByID("nonsense")
	assert.False(t, ok)
}

func TestLabels(t *testing.T) {
	origin, _ := cccd.FieldByID(cccd.FieldPlaceOfOrigin)
	residence, _ := cccd.FieldByID(cccd.FieldPlaceOfResidence)
	name, _ := cccd.FieldByID(cccd.FieldFullName)
	tests := []struct {
		field        cccd.Field
		issued, want string
	}{
		{origin, "2021-07-01", "Quê quán"}, {origin, "", "Quê quán"}, {origin, "01/07/2024", "Nơi đăng ký khai sinh"},
		{residence, "2024-06-30", "Nơi thường trú"}, {residence, "2024-07-01", "Nơi cư trú"},
		{name, "2021-07-01", "Họ, chữ đệm và tên"}, {name, "2025-01-01", "Họ, chữ đệm và tên"},
	}
	for _, tt := range tests {
		vietnamese, english := tt.field.LabelsAt(tt.issued)
		assert.Equal(t, tt.want, vietnamese)
		assert.NotEmpty(t, english)
	}
}
