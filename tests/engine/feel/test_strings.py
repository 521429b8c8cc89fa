"""The functions on texts, and conversions to and from them."""

from __future__ import annotations

import pytest

from tests.engine.feel.tables import rows, value_of

TABLE = r"""
string length("foo") => 3
string length("\uD83D\uDE00") => 1
substring("foobar", 3) => "obar"
substring("foobar", 3, 3) => "oba"
substring("foobar", -2, 1) => "a"
substring("foobar", 0) => null
substring("foobar", 10) => null
substring("foobar", 3, 0) => null
upper case("aBc4") => "ABC4"
lower case("aBc4") => "abc4"
substring before("foobar", "bar") => "foo"
substring before("foobar", "xyz") => ""
substring before("foobar", "") => ""
substring after("foobar", "ob") => "ar"
substring after("", "a") => ""
substring after("foobar", "") => "foobar"
replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") => "[1=ab][2=]cd"
replace("abracadabra", "bra", "*") => "a*cada*"
replace("abracadabra", "a.*?a", "*") => "*c*bra"
replace("AbC", "b", "x", "i") => "AxC"
contains("foobar", "of") => false
contains("foobar", "o") => true
contains("foobar", "") => true
starts with("foobar", "fo") => true
ends with("foobar", "r") => true
matches("foobar", "^fo*b") => true
matches("FOOBAR", "^fo*b", "i") => true
matches("a\nb", "a.b", "s") => true
matches("hello", "h e l l o", "x") => true
split("John Doe", "\s") => ["John", "Doe"]
split("a;b;c;;", ";") => ["a", "b", "c", "", ""]
string join(["a","b","c"], "_and_") => "a_and_b_and_c"
string join(["a",null,"c"], ",") => "a,c"
string join([], "X") => ""
string join(["a","b"]) => "ab"
number("1 000,0", " ", ",") => 1000
number("1,000.00", ",", ".") => 1000
number("1000.5") => 1000.5
number("x") => null
string(1.1) => "1.1"
string(1.0) => "1"
string(null) => null
string("a") => "a"
string([1,"a"]) => "[1, \"a\"]"
string({a: "foo"}) => "{a: \"foo\"}"
string(@"2020-01-01") => "2020-01-01"
string(@"P1Y2M") => "P1Y2M"
string(true) => "true"
substring(string: "foobar", start position: 3) => "obar"
string length(null) => null
contains(null, "a") => null
upper case(1) => null
number(null) => null
substring("foobar", 3.8) => null
substring("中文字符", 2, 2) => "文字"
string length("") => 0
replace("a.b", "\.", "\$") => "a$b"
replace("abc", "(b)", "$2") => "ac"
replace("abc", "b", "$") => null
replace("aaa", "a", "b", "q") => null
matches("abc", "(") => null
matches("ab", "(a)\1") => null
split("a1b22c", "[0-9]+") => ["a", "b", "c"]
split("abc", "") => null
string join([1, 2], "-") => null
string join(["a", "b"], "-", "<", ">") => "<a-b>"
number("-.5") => -0.5
number("1e3") => 1000
number("NaN") => null
number("1_000") => null
number("1.000,5", ".", ",") => 1000.5
number("1,5", ",", ",") => null
number("5", null, null) => 5
number(5) => 5
string(1E20) => "100000000000000000000"
string(0.00001) => "0.00001"
string([1..5)) => "[1..5)"
string({"a-b": null}) => "{\"a-b\": null}"
string(@"10:00:00@Asia/Shanghai") => "10:00:00@Asia/Shanghai"
contains(match: "o", string: "foo") => true
contains(text: "o", match: "foo") => null
contains("foo") => null
upper case(["a"]) => "A"
upper case("straße") => "STRASSE"
"""


@pytest.mark.parametrize(("expression", "value"), rows(TABLE))
def test_an_expression_gives_what_the_standard_says(expression, value):
    assert value_of(expression) == value
