namespace WebhookKit.Messages;

/// <summary>The grammar of group names: any text people read, short, on one line, without a space at its ends.</summary>
internal static class GroupName
{
    private const int MaxLength = 128;

    public static bool IsValid(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (char.IsControl(c))
                return false;
        }

        return name.Length is > 0 and <= MaxLength && name.Trim().Length == name.Length;
    }

    public static WebhookError Error(string field) => new(
        WebhookErrorCode.InvalidPattern, field,
        $"The group is empty, longer than {MaxLength} characters, has control characters, or begins or ends with a space.",
        "Give a short name such as 'Inspection', or null for none.");
}
