"""Words for one-time passwords on class cards, and the passwords that nobody may choose.

The words are plain Vietnamese without marks, two to six letters, nothing a child would be teased with.
"""

from __future__ import annotations

PLAIN = """
anh bac bai ban banh bao bau bay bien binh bong bua bup cam canh cau cay chanh chao chau che chi chin
cho chom chuoi chuong com cua dao dau day den dieu doi dong dua duoi duong ech gach gao gio giong giot
goi gom hang hanh hat hoa hoc hong hung huong khe khoai khoi lac lam lan lang lanh lau lieu long lua luc
lung luoi mai man mang mat mau may men mien minh mit mong mua muc muoi muong nam nang nau nem ngai ngan
ngay nghe ngo ngoc ngoi nhac nhan nhim nho nhua nuoc nuong ong phao phuong qua quang que quyt rau rem
reo rong rung sach sam sang sao sau sen sim soi son song sua suoi tam tao tay tha thang thao thay thom
thu thuong thuyen tia tim tinh toan tom trang tranh trau tre trong trung truong tuoi tuong vai vang vay
ven vit vong vui vuon xanh xoai xoan xuan xuong yen
"""
COMMON = """
0123456789 11223344 12121212 123123123 12341234 1234567890 123qwe123 147258369 1q2w3e4r 1q2w3e4r5t
1qaz2wsx 66668888 87654321 88888888 987654321 9876543210 a1234567 a12345678 a123456789 aa123456
aa12345678 abc12345 abc123456 abcd1234 abcdef123 abcdefgh admin123 admin1234 administrator anhyeuem
anhyeuem1 anhyeuem123 arsenal1 asd12345 asdasdasd asdfghjk asdfghjkl barcelona baseball benhoc123
benhoc2026 chelsea1 computer concacon conmeocon dragon123 emyeuanh emyeuanh123 facebook facebook1
facebook123 football giaovien1 giaovien123 google123 hanhphuc hanoi123 hocsinh1 hocsinh123 hoilamgi
hoilamgi123 iloveu123 iloveyou iloveyou1 iphone123 khongbiet khongbiet1 khongcomatkhau letmein1
liverpool maiyeuem manchester master123 matkhau1 matkhau12 matkhau123 matkhau1234 matkhau@123 minecraft
minecraft1 monkey123 naruto123 nokia123 p@ssw0rd p@ssword passw0rd password password1 password12
password123 pokemon1 princess qweqweqwe qwerty12 qwerty123 qwertyui qwertyuiop roblox123 saigon123
samsung1 sunshine superman thanhcong tinhyeu1 tinhyeu123 toilatoi tphcm123 truonghoc trustno1 vietnam1
vietnam123 vietnam2026 vietnam@123 welcome1 welcome123 yeuemnhieu youtube123 zalo1234 zaq12wsx zxcvbnm1
"""

WORDS = tuple(PLAIN.split())
COMMONEST = frozenset(COMMON.split())
