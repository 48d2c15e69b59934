using System.Text.Json;

namespace WebhookKit.Tests.Sending;

public sealed class EndpointAuthenticationTests
{
    public static TheoryData<EndpointAuthentication> WithSecrets => new()
    {
        EndpointAuthentication.Basic("hunter2", "hunter2"),
        EndpointAuthentication.Bearer("hunter2"),
        EndpointAuthentication.Headers(new KeyValuePair<string, string>("x-api-key", "hunter2")),
    };

    [Theory]
    [MemberData(nameof(WithSecrets))]
    public async Task Values_go_on_the_request_and_show_nowhere_else(EndpointAuthentication authentication)
    {
        using var request = new HttpRequestMessage { Content = new ByteArrayContent([]) };
        await authentication.ApplyAsync(request, CancellationToken.None);

        request.Headers.Should().ContainSingle();
        authentication.ToString().Should().NotContain("hunter2");
        JsonSerializer.Serialize(authentication).Should().Be($$"""{"Kind":"{{authentication.Kind}}"}""");
    }

    public static TheoryData<Func<EndpointAuthentication>, string[]> Invalid => new()
    {
        { () => EndpointAuthentication.Basic("", ""), ["Authentication.User"] },
        { () => EndpointAuthentication.Basic("a:b\n", "c\r"), ["Authentication.User", "Authentication.User", "Authentication.Password"] },
        { () => EndpointAuthentication.Bearer(""), ["Authentication.Token"] },
        { () => EndpointAuthentication.Bearer("=="), ["Authentication.Token"] },
        { () => EndpointAuthentication.Bearer("Bearer abc"), ["Authentication.Token"] },
        { () => EndpointAuthentication.Bearer("abc\r\nx: 1"), ["Authentication.Token"] },
        { () => EndpointAuthentication.Headers(), ["Authentication.Headers"] },
        {
            () => EndpointAuthentication.Headers(new("webhook-id", "1"), new("x-a", "1\r\n"), new("X-A", "1"), new("x b", "1")),
            ["Authentication.Headers[webhook-id]", "Authentication.Headers[x-a]", "Authentication.Headers[X-A]", "Authentication.Headers[3]"]
        },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void All_faults_are_told_at_once_and_no_value_is_repeated(Func<EndpointAuthentication> create, string[] fields)
    {
        var thrown = create.Should().Throw<WebhookValidationException>().Which;

        thrown.Errors.Select(e => e.Field).Should().Equal(fields);
        thrown.Message.Should().NotContain("abc");
    }

    [Fact]
    public void An_empty_user_or_password_is_fine_and_so_is_a_padded_token()
    {
        EndpointAuthentication.Basic("", "key").Kind.Should().Be("basic");
        EndpointAuthentication.Basic("key", "").Kind.Should().Be("basic");
        EndpointAuthentication.Bearer("aB1-._~+/==").Kind.Should().Be("bearer");
    }
}
