package io.tcpecho.via;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * URLs of proxies, and that no password is ever shown.
 */
class ViaProxyTests {

	@ParameterizedTest
	@CsvSource({ "socks5://127.0.0.1:1080,SOCKS5,127.0.0.1,1080", "SOCKS5H://proxy.example:1/,SOCKS5H,proxy.example,1",
			"http://[2001:db8::1]:65535,HTTP,2001:db8::1,65535" })
	void whenAUrlIsGoodItsPartsAreKnown(String url, ViaProxy.Kind kind, String host, int port) {
		assertThat(ViaProxy.parse(url)).isEqualTo(new ViaProxy(kind, host, port, null, null));
		assertThat(ViaProxy.parse(url).toString()).isEqualToIgnoringCase(url.replaceFirst("/$", ""));
	}

	@ParameterizedTest
	@CsvSource({ "http://user:secret@h:1,user,secret", "http://user:a:b@h:1,user,a:b", "http://u%40x:%73@h:1,u@x,s",
			"http://user:a@b@h:1,user,a@b", "http://user:a+b@h:1,user,a+b", "http://user:@h:1,user,''" })
	void whenAUrlHasALoginItIsKnownAndNotShown(String url, String user, String password) {
		ViaProxy proxy = ViaProxy.parse(url);
		assertThat(proxy.user()).isEqualTo(user);
		assertThat(proxy.password()).isEqualTo(password);
		assertThat(proxy.needsPassword()).isFalse();
		assertThat(proxy).hasToString("http://h:1");
		assertThat(new Login(user, password)).hasToString(user);
	}

	@Test
	void whenThereIsAUserWithoutAPasswordOneIsNeeded() {
		ViaProxy proxy = ViaProxy.parse("socks5://user@h:1");
		assertThat(proxy.needsPassword()).isTrue();
		assertThat(proxy.with("secret").needsPassword()).isFalse();
		assertThat(proxy.with("secret").password()).isEqualTo("secret");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"h:1 | 'h:1' is no proxy, such as socks5://127.0.0.1:1080, socks5h://USER@proxy:1080 or http://[::1]:3128",
			"socks5://u:secret@h | 'socks5://***@h' is no proxy, such as socks5://127.0.0.1:1080, socks5h://USER@proxy:1080 or http://[::1]:3128",
			"socks4://u:secret@h:1 | 'socks4' of 'socks4://***@h:1' is none of socks5, socks5h, http",
			"http://u:secret@h:65536 | port 65536 of 'http://***@h:65536' is not between 1 and 65535",
			"http://h:0 | port 0 of 'http://h:0' is not between 1 and 65535",
			"http://u:sec%zzret@h:1 | the login of 'http://***@h:1' is wrong: a percent sign needs two hexadecimal digits after it",
			"http://:secret@h:1 | the login of 'http://***@h:1' is wrong: the user is empty" })
	void whenAUrlIsWrongTheMessageSaysWhyWithoutThePassword(String url, String message) {
		assertThatThrownBy(() -> ViaProxy.parse(url)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
	}

	@Test
	void whenAProxyOfHttpHasALongLoginItIsTaken() {
		assertThat(ViaProxy.parse("http://u:" + "p".repeat(300) + "@h:1").password()).hasSize(300);
		assertThat(ViaProxy.parse("http://user@h:1").with("p".repeat(300)).password()).hasSize(300);
	}

	@Test
	void onlyAProxyOfSocksTakesAUserWithAColon() {
		assertThat(ViaProxy.parse("socks5://a%3Ab:secret@h:1").user()).isEqualTo("a:b");
		assertThatThrownBy(() -> ViaProxy.parse("http://a%3Ab:secret@h:1")).hasMessage(
				"the login of 'http://***@h:1' is wrong: the user has a colon, which Basic of HTTP ends it with");
	}

	@Test
	void whenALoginIsTooLongTheMessageNamesTheLimit() {
		assertThat(ViaProxy.parse("socks5://u:" + "p".repeat(255) + "@h:1").password()).hasSize(255);
		assertThatThrownBy(() -> ViaProxy.parse("socks5://u:" + "p".repeat(256) + "@h:1"))
			.hasMessage("the login of 'socks5://***@h:1' is wrong: the password has 256 bytes, more than 255");
	}

}
