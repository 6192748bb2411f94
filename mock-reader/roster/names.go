package roster

import "chipid/mock-reader/persona"

// familyNames are the commonest family names with how many of a thousand people
// bear them, roughly.
var (
	familyNames = []string{"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý",
		"Đinh", "Trịnh", "Đoàn", "Mai", "Lương", "Nông", "Triệu", "Hà", "Tạ"}
	familyWeights = []int{384, 110, 95, 70, 35, 16, 45, 20, 19, 21, 20, 14, 13, 13, 10, 5, 8, 7, 7, 6, 6, 4, 4, 4, 3}
)

// middleNames and givenNames by sex.
var (
	middleNames = map[persona.Sex][]string{
		persona.Male:   {"Văn", "Đức", "Minh", "Quốc", "Hữu", "Công", "Thanh", "Xuân", "Gia", "Đình", "Quang", "Tuấn", ""},
		persona.Female: {"Thị", "Thị", "Thị Ngọc", "Thị Thu", "Ngọc", "Thu", "Kim", "Thanh", "Bích", "Khánh", "Phương", "Thị Kim", ""},
	}
	givenNames = map[persona.Sex][]string{
		persona.Male: {"An", "Bình", "Cường", "Dũng", "Đạt", "Giang", "Hải", "Hiếu", "Hùng", "Huy", "Khang", "Khoa", "Kiên", "Lâm", "Long", "Nam",
			"Nghĩa", "Phong", "Phúc", "Quân", "Sơn", "Thắng", "Thịnh", "Toàn", "Trung", "Tú", "Việt", "Vinh"},
		persona.Female: {"An", "Anh", "Châu", "Chi", "Diệp", "Dung", "Duyên", "Giang", "Hà", "Hạnh", "Hằng", "Hiền", "Hoa", "Hương", "Huyền", "Lan",
			"Linh", "Loan", "Mai", "My", "Nga", "Ngân", "Nhung", "Oanh", "Phượng", "Quyên", "Thảo", "Trang", "Tuyết", "Vân", "Xuân", "Yến"},
	}
)

// samples end every name that is made up, so that none is taken for a person's.
var samples = []string{"Mẫu", "Thử", "Ví Dụ", "Giả Định", "Mô Phỏng", "Thí Nghiệm", "Ướm Thử"}

// provinces are those before the merger of July 2025, as cards have them.
var provinces = []string{"Hà Nội", "Hà Giang", "Cao Bằng", "Bắc Kạn", "Tuyên Quang", "Lào Cai", "Điện Biên", "Lai Châu", "Sơn La", "Yên Bái",
	"Hòa Bình", "Thái Nguyên", "Lạng Sơn", "Quảng Ninh", "Bắc Giang", "Phú Thọ", "Vĩnh Phúc", "Bắc Ninh", "Hải Dương", "Hải Phòng", "Hưng Yên",
	"Thái Bình", "Hà Nam", "Nam Định", "Ninh Bình", "Thanh Hóa", "Nghệ An", "Hà Tĩnh", "Quảng Bình", "Quảng Trị", "Thừa Thiên Huế", "Đà Nẵng",
	"Quảng Nam", "Quảng Ngãi", "Bình Định", "Phú Yên", "Khánh Hòa", "Ninh Thuận", "Bình Thuận", "Kon Tum", "Gia Lai", "Đắk Lắk", "Đắk Nông",
	"Lâm Đồng", "Bình Phước", "Tây Ninh", "Bình Dương", "Đồng Nai", "Bà Rịa - Vũng Tàu", "Hồ Chí Minh", "Long An", "Tiền Giang", "Bến Tre",
	"Trà Vinh", "Vĩnh Long", "Đồng Tháp", "An Giang", "Kiên Giang", "Cần Thơ", "Hậu Giang", "Sóc Trăng", "Bạc Liêu", "Cà Mau"}

// ethnicities and religions with how many of a thousand.
var (
	ethnicities   = []string{"Kinh", "Tày", "Thái", "Mường", "Khmer", "Nùng", "Mông", "Dao", "Hoa", "Ê Đê", "Ba Na", "Chăm"}
	ethnicWeights = []int{853, 19, 19, 15, 14, 11, 14, 9, 8, 4, 3, 2}
	religions     = []string{"Không", "Phật giáo", "Công giáo", "Cao Đài", "Tin lành", "Phật giáo Hòa Hảo", "Hồi giáo"}
	faithWeights  = []int{863, 48, 61, 6, 10, 10, 1}
)

var marks = []string{"Không có", "Nốt ruồi cách 2 cm dưới trước mắt phải", "Sẹo chấm cách 1,5 cm trên sau cánh mũi trái", "Nốt ruồi ở cằm",
	"Sẹo mổ ở trán", "Nốt ruồi dưới khóe miệng phải", "Sẹo dài 2 cm trên lông mày trái", ""}

// name makes a name that ends in a word for a sample.
func (d *dice) name(family string, sex persona.Sex) string {
	middle := pick(d, middleNames[sex])
	if middle != "" {
		middle += " "
	}
	return family + " " + middle + pick(d, givenNames[sex]) + " " + pick(d, samples)
}

func (d *dice) family() string { return familyNames[d.weighted(familyWeights)] }
