using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace WebhookKit.DependencyInjection;

/// <summary>Reads the keys of secrets from the configuration, where there is one. What cannot be read is kept as a fault; a key's text is never repeated.</summary>
internal sealed class SecretProtectionBinder(IConfiguration? configuration = null) : IConfigureOptions<SecretProtectionOptions>
{
    /// <summary>The name of the section below <c>Webhooks</c>.</summary>
    public const string Section = "SecretProtection";

    private const string Keys = "Keys";
    private const string Id = "Id";
    private const string Key = "Key";

    public void Configure(SecretProtectionOptions options)
    {
        if (configuration is null)
            return;
        var section = configuration.GetSection(WebhookOptions.Section).GetSection(Section);
        ReportUnknown(section, options, Keys, nameof(options.CurrentKey));
        options.CurrentKey = section[nameof(options.CurrentKey)] ?? options.CurrentKey;
        foreach (var key in section.GetSection(Keys).GetChildren())
        {
            ReportUnknown(key, options, Id, Key);
            options.Add(key.Path, key[Id], Decode(key[Key]));
        }
    }

    /// <summary>What is no base64 is no key: it has no bytes.</summary>
    private static byte[] Decode(string? text)
    {
        var bytes = new byte[text?.Length ?? 0];
        return Convert.TryFromBase64String(text ?? "", bytes, out var length) ? bytes[..length] : [];
    }

    private static void ReportUnknown(IConfigurationSection section, SecretProtectionOptions options, params string[] known)
    {
        foreach (var child in section.GetChildren().Where(c => !known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
            options.Faults.Add(new WebhookError(
                WebhookErrorCode.UnknownSetting, child.Path, "There is no such setting.", $"Use one of {string.Join(", ", known)}."));
    }
}
