package demo

import "fmt"

var (
	familyNames = []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林", "郑", "梁", "宋", "谢", "韩", "唐", "冯", "董", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "苏", "卢", "蒋", "欧阳", "司马"}
	givenNames  = []string{"建国", "秀英", "志强", "桂兰", "海燕", "文博", "玉梅", "国庆", "晓东", "丽娟", "明辉", "春霞", "振华", "雪梅", "永刚", "小红", "立新", "慧敏", "长顺", "爱华", "俊杰", "佳怡", "子涵", "浩然", "雨桐", "思远", "梦瑶", "宇航", "欣悦", "天佑", "兰芳", "德厚", "守信", "金凤", "满仓", "来福", "素珍", "淑芬", "卫东", "红旗"}
)

func personName(c chance) string { return oneOf(c, familyNames) + oneOf(c, givenNames) }

// demoMobile is the n-th number of the demo county's series.
func demoMobile(n int) string { return fmt.Sprintf("1990000%04d", n) }
