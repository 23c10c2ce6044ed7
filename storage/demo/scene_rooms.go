package demo

// The motifs of corridors and rooms.

func paintLeak(v view) {
	v.room(620)
	v.box(v.wood.shade(20), 90, 330, 190, 290)
	v.box(v.wood.shade(34), 104, 345, 162, 120)
	if v.mended {
		v.box(v.wall.shade(24).alpha(150), 380, 0, 480, 300)
		v.box(v.wall.shade(30), 380, 0, 480, 14)
		return
	}
	stain := rgb(0x9b7f52)
	for i, blot := range [][4]int{{620, 90, 250, 130}, {500, 190, 150, 110}, {740, 210, 130, 120}, {630, 270, 110, 90}} {
		v.oval(stain.alpha(uint8(50+i*8)), blot[0], blot[1], blot[2], blot[3])
		v.oval(stain.shade(-20).alpha(46), blot[0]+10, blot[1]+6, blot[2]*3/4, blot[3]*3/4)
	}
	for i := range 5 {
		x := 500 + i*60
		v.line(stain.shade(-10).alpha(90), 10, point{x, 260}, point{x + 6 - i*3, 380 + (i%3)*90})
	}
	v.shape(v.wall.shade(-34), point{600, 120}, point{660, 100}, point{690, 150}, point{640, 190})
	v.oval(rgb(0x86b9dc).alpha(170), 620, 660, 190, 34)
}

func paintHeap(v view) {
	v.room(520)
	v.box(v.wood, 720, 140, 200, 384)
	v.box(v.wood.shade(-16), 736, 160, 168, 352)
	if v.mended {
		v.box(rgb(0xffffff).alpha(40), 80, 540, 560, 120)
		return
	}
	box := rgb(0xb98a57)
	for i, b := range [][4]int{{90, 420, 190, 190}, {270, 460, 160, 150}, {130, 270, 150, 150}, {300, 340, 130, 120}, {440, 500, 150, 130}} {
		v.box(box.shade(-i*4), b[0], b[1], b[2], b[3])
		v.box(box.shade(22), b[0], b[1], b[2], 16)
		v.box(box.shade(-26), b[0]+b[2]/2-8, b[1], 16, b[3])
	}
	v.oval(rgb(0x2b2d30), 560, 400, 90, 90)
	v.oval(v.wall, 560, 400, 72, 72)
	v.oval(rgb(0x9aa0a6), 560, 400, 10, 10)
	v.line(v.accent, 14, point{560, 400}, point{470, 300})
	v.line(v.accent, 14, point{470, 300}, point{420, 310})
	v.shape(rgb(0x7f8d70), point{600, 640}, point{680, 520}, point{760, 640})
}

func paintCharging(v view) {
	v.room(560)
	v.box(rgb(0xe3e6e8), 120, 130, 110, 120)
	v.box(rgb(0x50555b), 140, 170, 26, 36)
	v.box(rgb(0x50555b), 184, 170, 26, 36)
	if v.mended {
		v.box(rgb(0xdfeee4), 520, 180, 300, 190)
		v.box(rgb(0x4a8f6d), 520, 180, 300, 44)
		for i := range 3 {
			v.box(rgb(0x6e7b74), 550, 250+i*36, 240-i*50, 14)
		}
		return
	}
	cable := rgb(0xd6722f)
	route := []point{{176, 210}, {210, 420}, {330, 520}, {470, 470}, {560, 520}}
	for i := 0; i+1 < len(route); i++ {
		v.line(cable, 11, route[i], route[i+1])
	}
	for _, wheel := range []int{480, 800} {
		v.oval(rgb(0x2b2d30), wheel, 600, 84, 84)
		v.oval(rgb(0x8f969b), wheel, 600, 56, 56)
		v.oval(rgb(0x2b2d30), wheel, 600, 12, 12)
	}
	v.shape(v.accent, point{470, 590}, point{520, 470}, point{700, 470}, point{800, 560}, point{780, 600})
	v.box(rgb(0x33383f), 660, 440, 150, 34)
	v.line(rgb(0x50555b), 18, point{500, 500}, point{450, 340})
	v.line(rgb(0x50555b), 14, point{420, 336}, point{500, 346})
}

func paintAdverts(v view) {
	v.room(600)
	v.box(v.metal.shade(-30), 420, 110, 330, 492)
	v.box(v.accent.shade(-26), 438, 128, 294, 474)
	if v.mended {
		v.box(rgb(0xffffff).alpha(34), 60, 90, 300, 430)
		return
	}
	papers := []ink{rgb(0xf6ecc0), rgb(0xf3c9c2), rgb(0xcfe3f3), rgb(0xffffff), rgb(0xd9efc9)}
	for i := range 15 {
		x, y := 60+(i*137)%680, 80+(i*89)%420
		v.box(papers[i%len(papers)], x, y, 92, 66)
		v.box(rgb(0xc0392b), x+8, y+8, 60, 12)
		v.box(rgb(0x555a60), x+8, y+30, 74, 6)
		v.box(rgb(0x555a60), x+8, y+44, 50, 6)
	}
}

func paintWindow(v view) {
	v.wash(v.wall.shade(4), v.wall.shade(-12), 0, 0, sceneWidth, sceneHeight)
	v.box(v.wall.shade(-30), 180, 90, 640, 520)
	v.box(rgb(0xf3f4f2), 196, 106, 608, 488)
	v.wash(rgb(0x9cc4e4), rgb(0xe3eff4), 220, 130, 265, 440)
	v.wash(rgb(0x9cc4e4), rgb(0xe3eff4), 515, 130, 265, 440)
	v.bush(300, 520, 90, v.leaf)
	v.box(rgb(0xf3f4f2), 485, 106, 30, 488)
	v.shape(rgb(0xffffff).alpha(70), point{240, 560}, point{380, 140}, point{430, 140}, point{290, 560})
	if v.mended {
		v.shape(rgb(0xffffff).alpha(70), point{540, 560}, point{680, 140}, point{730, 140}, point{590, 560})
		return
	}
	v.shape(rgb(0x30353c), point{560, 230}, point{640, 200}, point{740, 270}, point{720, 400}, point{640, 470}, point{570, 400})
	for _, end := range []point{{530, 150}, {770, 160}, {775, 420}, {650, 565}, {525, 480}} {
		v.line(rgb(0xf8fbfd), 5, point{645, 330}, end)
	}
	v.shape(rgb(0x30353c), point{610, 260}, point{700, 260}, point{720, 380}, point{640, 440}, point{590, 370})
	v.shape(rgb(0xd3e6ef), point{560, 640}, point{620, 600}, point{650, 650})
	v.shape(rgb(0xd3e6ef), point{690, 650}, point{720, 612}, point{770, 656})
}

func paintRadiator(v view) {
	v.room(630)
	v.wash(rgb(0x9cc4e4), rgb(0xe3eff4), 330, 40, 340, 190)
	v.box(rgb(0xf3f4f2), 492, 40, 16, 190)
	v.box(v.wood.shade(30), 300, 230, 400, 22)
	for i := range 9 {
		x := 270 + i*52
		v.box(rgb(0xdfe3e6), x, 320, 44, 250)
		v.box(rgb(0xffffff), x+6, 326, 12, 238)
		v.box(rgb(0xb9c0c5), x+36, 326, 8, 238)
	}
	v.line(v.metal, 18, point{170, 560}, point{280, 560})
	v.box(rgb(0xf7f7f2), 800, 300, 60, 220)
	v.box(rgb(0xe1e3e0), 824, 320, 12, 150)
	v.oval(rgb(0xd04a3a), 830, 486, 18, 18)
	if v.mended {
		v.box(rgb(0xd04a3a), 826, 350, 8, 130)
		for i := range 5 {
			v.glow(rgb(0xff9d5c), 320+i*90, 300, 110)
		}
		return
	}
	v.box(rgb(0x3f7fb0), 826, 440, 8, 40)
	v.box(rgb(0x7fa9d0).alpha(56), 0, 0, sceneWidth, sceneHeight)
}

func paintWires(v view) {
	v.room(640)
	v.box(rgb(0x9aa3a8), 350, 120, 300, 400)
	v.box(rgb(0xb7bfc3), 366, 136, 268, 368)
	if v.mended {
		v.box(rgb(0xa7b0b5), 366, 136, 268, 368)
		v.shape(rgb(0xf6d64a), point{500, 200}, point{580, 330}, point{420, 330})
		v.shape(rgb(0x2b2d30), point{506, 224}, point{478, 282}, point{500, 282}, point{490, 318}, point{526, 268}, point{504, 268})
		v.box(rgb(0x6d7880), 612, 300, 12, 60)
		return
	}
	v.box(rgb(0x2f343a), 366, 136, 268, 368)
	v.shape(rgb(0xb7bfc3), point{650, 120}, point{820, 170}, point{820, 560}, point{650, 520})
	for i, k := range []ink{rgb(0xd04a3a), rgb(0xf0c33c), rgb(0x3f7fb0), rgb(0x4a8f6d), rgb(0xd8d8d8)} {
		x := 400 + i*45
		v.line(k, 10, point{x, 150}, point{x + 30 - i*8, 340})
		v.line(k, 10, point{x + 30 - i*8, 340}, point{x - 60 + i*30, 520 + (i%3)*50})
		v.oval(rgb(0xd99a52), x-60+i*30, 524+(i%3)*50, 8, 8)
	}
}

func paintTap(v view) {
	v.room(660)
	for row := range 5 {
		for column := range 9 {
			v.box(v.wall.shade(14-(row+column)%2*6), 8+column*112, 8+row*86, 106, 80)
		}
	}
	v.box(rgb(0xeef1f2), 200, 470, 620, 150)
	v.box(rgb(0xcfd6d9), 240, 490, 540, 110)
	v.box(v.metal.shade(30), 470, 250, 46, 130)
	v.box(v.metal.shade(45), 470, 250, 180, 40)
	v.box(v.metal.shade(20), 616, 270, 36, 70)
	v.box(v.metal.shade(-10), 440, 216, 110, 32)
	if v.mended {
		v.box(rgb(0x9cc8e6).alpha(210), 624, 340, 20, 190)
		v.oval(rgb(0x9cc8e6).alpha(200), 634, 560, 130, 26)
		return
	}
	v.oval(rgb(0x86b9dc), 634, 372, 9, 14)
	v.box(rgb(0xb7bfc3), 250, 500, 520, 90)
}

func paintNotice(v view) {
	v.room(640)
	v.box(v.wood.shade(-10), 190, 90, 620, 420)
	v.box(rgb(0xe7ddc4), 210, 110, 580, 380)
	v.box(v.accent, 210, 110, 580, 52)
	if !v.mended {
		v.box(rgb(0xf6f2e6), 250, 200, 130, 170)
		v.line(rgb(0xc9bea0), 4, point{470, 200}, point{560, 360})
		return
	}
	for i := range 8 {
		x, y := 240+(i%4)*136, 184+(i/4)*150
		v.box(rgb(0xffffff), x, y, 112, 128)
		v.box(rgb(0xc0392b), x+12, y+12, 70, 12)
		for line := range 5 {
			v.box(rgb(0x8d939a), x+12, y+36+line*16, 88-line*9, 6)
		}
	}
}
