using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WebhookKit.Tests.Receiving;

/// <summary>Mistakes that other libraries accept and that must not compile here.</summary>
public sealed class ArgumentOrderTests
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(p => MetadataReference.CreateFromFile(p)),
    ];

    [Theory]
    [InlineData("verifier.ConstructEvent(body, signature, secret)")]
    [InlineData("verifier.Verify(body, signature, secret)")]
    [InlineData("verifier.Verify(body, null, secret)")]
    [InlineData("verifier.Verify(span, signature, secret)")]
    [InlineData("verifier.ConstructEvent(body, headers, secrets)")]
    [InlineData("verifier.Verify(body, headers, secrets)")]
    public void The_right_arguments_compile(string call) => Errors(call).Should().BeEmpty();

    [Theory]
    [InlineData("verifier.ConstructEvent(signature, body, secret)")]
    [InlineData("verifier.ConstructEvent(body, secret, signature)")]
    [InlineData("verifier.ConstructEvent(secret, signature, body)")]
    [InlineData("verifier.ConstructEvent(text, signature, secret)")]
    [InlineData("verifier.ConstructEvent(body, signature, text)")]
    [InlineData("verifier.ConstructEvent(body, signature, secret.Reveal())")]
    [InlineData("verifier.ConstructEvent(body, signature, secrets)")]
    [InlineData("verifier.ConstructEvent(body, secrets, headers)")]
    [InlineData("verifier.ConstructEvent(body, headers, secret)")]
    [InlineData("verifier.ConstructEvent(body, headers, text)")]
    [InlineData("verifier.ConstructEvent(text, headers, secrets)")]
    [InlineData("verifier.ConstructEvent(body, dictionary, secrets)")]
    [InlineData("verifier.Verify(signature, body, secret)")]
    [InlineData("verifier.Verify(body, secret, signature)")]
    [InlineData("verifier.Verify(text, signature, secret)")]
    [InlineData("verifier.Verify(body, signature, text)")]
    [InlineData("verifier.Verify(body, secrets, headers)")]
    [InlineData("((WebhookSecret)text).ToString()")]
    [InlineData("((string)secret).ToString()")]
    [InlineData("((WebhookSecrets)secret).ToString()")]
    [InlineData("new WebhookSecret(text)")]
    public void The_wrong_arguments_do_not(string call) =>
        Errors(call).Should().NotBeEmpty().And.OnlyContain(
            e => e == "CS1503" || e == "CS0030" || e == "CS1729" || e == "CS0122", "the types of the arguments are the only thing wrong");

    private static List<string> Errors(string call)
    {
        var source = $$"""
            using System;
            using System.Collections.Generic;
            using WebhookKit;

            internal static class Sample
            {
                internal static object Call(WebhookVerifier verifier, byte[] body, string signature, string text, WebhookSecret secret,
                    WebhookSecrets secrets, WebhookHeaders headers, Dictionary<string, string> dictionary)
                {
                    ReadOnlySpan<byte> span = body;
                    return {{call}};
                }
            }
            """;
        var compilation = CSharpCompilation.Create(
            "sample", [CSharpSyntaxTree.ParseText(source)], References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        return [.. compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.Id)];
    }
}
