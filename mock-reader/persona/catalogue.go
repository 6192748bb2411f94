package persona

// All returns the personas, the default one first. Whoever counts on a place in
// this list is not disappointed: new ones come last.
func All() []Persona {
	return []Persona{mau(), longName(), married(), fatherless(), elderly(), child(), canCuoc(), remarried(),
		emptyFields(), unknownFields()}
}

// vietnamese fills in what all the personas share.
func vietnamese(p Persona) Persona {
	p.Nationality = "Việt Nam"
	if p.Ethnicity == "" {
		p.Ethnicity = "Kinh"
	}
	if p.Religion == "" {
		p.Religion = "Không"
	}
	p.Expires = ExpiryOf(p.Birth, p.Issued)
	return p
}

// mau is the person of the published DG13 and MRZ samples, to the byte.
func mau() Persona {
	return vietnamese(Persona{
		Name: "mau", TitleVi: "Thẻ mẫu đơn giản, cấp năm 2021", TitleEn: "Plain sample card, issued 2021",
		Number: "000190000018", FullName: "Nguyễn Thị Mẫu", Sex: Female,
		Birth: Date{1990, 1, 15}, Issued: Date{2021, 7, 10},
		Origin: "Xã A, Huyện B, Tỉnh C", Residence: "Số 1, Xã A, Huyện B, Tỉnh C", Marks: "Không có",
		Father: "Nguyễn Văn Bố", Mother: "Trần Thị Mẹ",
		OldNumber: "123456789", ChipSerial: "0123456789ABCDEF",
		Look: Look{Hair: LongHair, HairColour: black, Skin: fair, Garment: white, Collar: ShirtCollar},
	})
}

func longName() Persona {
	return vietnamese(Persona{
		Name: "ten-dai", TitleVi: "Họ tên và địa chỉ rất dài", TitleEn: "Very long name and addresses",
		Number: "000183000027", FullName: "Nguyễn Phước Hoàng Công Tằng Tôn Nữ Thử Nghiệm Thẻ Mẫu", Sex: Female,
		Birth: Date{1983, 11, 3}, Issued: Date{2022, 3, 21},
		Origin:    "Thôn Ví Dụ Thượng, Xã Thử Nghiệm Bắc Sơn, Huyện Mô Phỏng Đông Hưng, Tỉnh Giả Định Trung Ương",
		Residence: "Căn hộ 1234, Tòa nhà B15, Khu đô thị Mô Phỏng Phía Nam, Đường Nguyễn Phước Thử Nghiệm, Tổ dân phố 99, Phường Ví Dụ Thượng, Quận Giả Định Bắc, Thành phố Thử Nghiệm Trung Ương",
		Marks:     "Nốt ruồi cách 1,5 cm trên sau đuôi mắt trái; sẹo chấm cách 2 cm dưới trước cánh mũi phải",
		Father:    "Nguyễn Phước Hoàng Công Tằng Tôn Thất Ví Dụ", Mother: "Trương Thị Khuynh Quyên Thử Nghiệm",
		OldNumber: "000000027", ChipSerial: "00000000000000B2", Ethnicity: "Phù Lá", Religion: "Phật giáo Hòa Hảo",
		AA:     AARSASHA1,
		Format: JPEG2000,
		Look:   Look{Hair: Bun, HairColour: black, Skin: tan, Garment: plum, Collar: HighCollar, Glasses: true},
	})
}

func married() Persona {
	return vietnamese(Persona{
		Name: "ket-hon", TitleVi: "Người đã kết hôn", TitleEn: "Married person",
		Number: "000092000036", FullName: "Trần Văn Thử", Sex: Male,
		Birth: Date{1992, 5, 30}, Issued: Date{2021, 4, 30},
		Origin: "Xã Đ, Huyện E, Tỉnh G", Residence: "Số 20, Ngõ 3, Phường H, Quận K, Thành phố L", Marks: "Sẹo chấm cách 2 cm trên đuôi lông mày phải",
		Father: "Trần Văn Nghiệm", Mother: "Đỗ Thị Ướm", Spouses: []string{"Lý Thị Ví Dụ"},
		OldNumber: "000000036", ChipSerial: "00000000000000C3",
		Look: Look{Hair: ShortHair, HairColour: black, Skin: tan, Garment: navy, Collar: ShirtCollar},
	})
}

func fatherless() Persona {
	return vietnamese(Persona{
		Name: "khong-cha", TitleVi: "Thẻ không ghi tên cha", TitleEn: "No father named",
		Number: "000199000045", FullName: "Lê Ngọc Ví Dụ", Sex: Female,
		Birth: Date{1999, 12, 31}, Issued: Date{2023, 2, 15},
		Origin: "Xã M, Huyện N, Tỉnh O", Residence: "Tổ 5, Thị trấn P, Huyện Q, Tỉnh R", Marks: "",
		Mother: "Lê Thị Giả Định", ChipSerial: "00000000000000D4", Ethnicity: "Tày",
		Look: Look{Hair: Bob, HairColour: brown, Skin: fair, Garment: teal, Collar: RoundCollar},
	})
}

func elderly() Persona {
	return vietnamese(Persona{
		Name: "cao-tuoi", TitleVi: "Trên 60 tuổi, thẻ không thời hạn", TitleEn: "Over 60, card without expiry",
		Number: "000048000054", FullName: "Phạm Đình Giả Định", Sex: Male,
		Birth: Date{1948, 2, 19}, Issued: Date{2021, 6, 1},
		Origin: "Xã S, Huyện T, Tỉnh U", Residence: "Thôn 7, Xã S, Huyện T, Tỉnh U", Marks: "Nốt ruồi ở giữa trán",
		Father: "Phạm Đình Thử", Mother: "Vũ Thị Mẫu", Spouses: []string{"Bùi Thị Mô Phỏng"},
		OldNumber: "000000054", ChipSerial: "00000000000000E5", Religion: "Công giáo",
		Format: JPEG2000,
		Look:   Look{Hair: Balding, HairColour: grey, Skin: tan, Garment: olive, Collar: ShirtCollar, Glasses: true, Lines: true},
	})
}

func child() Persona {
	return vietnamese(Persona{
		Name: "tre-em", TitleVi: "Thẻ căn cước của trẻ em", TitleEn: "Child's card (2024 type)",
		Number: "000216000063", FullName: "Hoàng Bảo Thí Nghiệm", Sex: Male,
		Birth: Date{2016, 8, 20}, Issued: Date{2024, 9, 5},
		Origin: "Phường V, Quận X, Thành phố Y", Residence: "Số 8, Phường V, Quận X, Thành phố Y", Marks: "",
		Father: "Hoàng Văn Thí Nghiệm", Mother: "Ngô Thị Ví Dụ", ChipSerial: "00000000000000F6",
		Generation: CanCuoc2024, AA: AAECDSA, Parents: Joined,
		Format: JPEG2000,
		Look:   Look{Hair: ShortHair, HairColour: black, Skin: fair, Garment: sky, Collar: RoundCollar, Young: true},
	})
}

func canCuoc() Persona {
	return vietnamese(Persona{
		Name: "can-cuoc-2024", TitleVi: "Thẻ căn cước mẫu 2024, sinh ngày 29 tháng 2", TitleEn: "2024-type card, born on 29 February",
		Number: "000300000072", FullName: "Đặng Quỳnh Mô Phỏng", Sex: Female,
		Birth: Date{2000, 2, 29}, Issued: Date{2024, 8, 12},
		Origin: "Xã Ă, Huyện Â, Tỉnh Đ", Residence: "Thôn Ơ, Xã Ư, Huyện Ê, Tỉnh Ô", Marks: "Nốt ruồi dưới khóe miệng trái",
		Father: "Đặng Văn Phỏng", Mother: "Tô Thị Mô", ChipSerial: "0000000000000107",
		Generation: CanCuoc2024, AA: AAECDSA,
		Format: JPEG2000,
		Look:   Look{Hair: LongHair, HairColour: brown, Skin: fair, Garment: rose, Collar: HighCollar},
	})
}

func remarried() Persona {
	return vietnamese(Persona{
		Name: "hai-doi", TitleVi: "Hai lần kết hôn, cha mẹ ghi chung một khối", TitleEn: "Married twice, parents in one block",
		Number: "000075000081", FullName: "Võ Minh Ướm Thử", Sex: Male,
		Birth: Date{1975, 9, 2}, Issued: Date{2023, 1, 9},
		Origin: "Xã I, Huyện II, Tỉnh III", Residence: "Ấp 4, Xã V, Huyện VI, Tỉnh VII", Marks: "Sẹo mổ ở cằm",
		Father: "Võ Văn Ướm", Mother: "Huỳnh Thị Thử", Spouses: []string{"Mai Thị Mẫu", "Cao Thị Ví Dụ"},
		OldNumber: "000000081", ChipSerial: "0000000000000118", Ethnicity: "Khmer", Religion: "Phật giáo",
		Parents: Joined,
		Format:  JPEG2000,
		Look:    Look{Hair: ShortHair, HairColour: grey, Skin: brownSkin, Garment: charcoal, Collar: ShirtCollar, Lines: true},
	})
}

func emptyFields() Persona {
	p := vietnamese(Persona{
		Name: "truong-trong", TitleVi: "Nhiều trường DG13 để trống, không số CMND cũ", TitleEn: "Many fields of DG13 left empty, no old number",
		Number: "000204000093", FullName: "Phan Ướm", Sex: Male,
		Birth: Date{2004, 4, 4}, Issued: Date{2022, 5, 19},
		Residence: "Xã Trống, Tỉnh Rỗng",
		Empty:     EmptyValueless, AA: AAECDSA,
		Look: Look{Hair: ShortHair, HairColour: brown, Skin: tan, Garment: sky, Collar: RoundCollar},
	})
	p.Ethnicity, p.Religion = "", ""
	return p
}

func unknownFields() Persona {
	return vietnamese(Persona{
		Name: "truong-la", TitleVi: "DG13 có những trường chưa biết", TitleEn: "DG13 with fields that nobody knows",
		Number: "000196000104", FullName: "Hồ Thị Giả Thử", Sex: Female,
		Birth: Date{1996, 6, 1}, Issued: Date{2025, 3, 8},
		Origin: "Xã Lạ, Huyện Lùng, Tỉnh Mới", Residence: "Số 17, Phường Chưa Biết, Thành phố Sau Này", Marks: "Không",
		Father: "Hồ Văn Giả", Mother: "Dương Thị Thử", OldNumber: "000000104", ChipSerial: "0000000000000129",
		Extra: []ExtraField{
			{Number: 17, Values: []string{"Trường mười bảy"}},
			{Number: 18},
			{Number: 42, Values: []string{"một", "hai", "ba"}},
			{Number: 1000, Values: []string{""}},
		},
		Generation: CanCuoc2024, Format: JPEG2000,
		Look: Look{Hair: Bob, HairColour: black, Skin: brownSkin, Garment: olive, Collar: HighCollar, Glasses: true},
	})
}
