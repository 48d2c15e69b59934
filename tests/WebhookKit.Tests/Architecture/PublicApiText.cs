using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WebhookKit.Tests.Architecture;

/// <summary>Writes a public surface as text: a line for each type, then one for each of its members, all in the order of their names.</summary>
internal static class PublicApiText
{
    private const string Indent = "    ";

    // What changes how a caller may use something, or what the compiler makes of the call. Texts for people are not part of it.
    private static readonly string[] Attributes =
    [
        "AllowNull", "AttributeUsage", "DisallowNull", "DoesNotReturn", "DoesNotReturnIf", "DynamicallyAccessedMembers", "EditorBrowsable", "Experimental",
        "Flags", "MaybeNull", "MaybeNullWhen", "MemberNotNull", "MemberNotNullWhen", "NotNull", "NotNullIfNotNull", "NotNullWhen", "Obsolete",
        "OverloadResolutionPriority", "RequiresAssemblyFiles", "RequiresDynamicCode", "RequiresUnreferencedCode", "SetsRequiredMembers", "StringSyntax",
        "SupportedOSPlatform", "UnscopedRef", "UnsupportedOSPlatform",
    ];

    private static readonly SymbolDisplayFormat FullName = Naming(SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);
    private static readonly SymbolDisplayFormat Name = Naming(SymbolDisplayTypeQualificationStyle.NameAndContainingTypes);

    private static readonly SymbolDisplayFormat Member = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue,
        delegateStyle: SymbolDisplayDelegateStyle.NameAndSignature,
        extensionMethodStyle: SymbolDisplayExtensionMethodStyle.StaticMethod,
        parameterOptions: SymbolDisplayParameterOptions.IncludeExtensionThis | SymbolDisplayParameterOptions.IncludeModifiers
            | SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        kindOptions: SymbolDisplayKindOptions.IncludeMemberKeyword,
        miscellaneousOptions: Name.MiscellaneousOptions);

    public static string Write(Package package)
    {
        var text = new StringBuilder();
        foreach (var type in package.Types)
        {
            text.Append(text.Length == 0 ? "" : "\n").Append(Attribution(type)).Append(Header(type)).Append('\n');
            if (type.TypeKind is TypeKind.Delegate)
                continue;
            foreach (var (member, line) in Package.MembersOf(type).Select(m => (m, m.ToDisplayString(Member)))
                .OrderBy(x => x.m.MetadataName, StringComparer.Ordinal).ThenBy(x => x.Item2, StringComparer.Ordinal))
                text.Append(Indent).Append(Attribution(member)).Append(line).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The lines that only one of two surfaces has, each member with its type: <c>-</c> those that went, <c>+</c> those that came.</summary>
    public static IEnumerable<string> Compare(string before, string after)
    {
        var (old, now) = (Lines(before).ToList(), Lines(after).ToList());
        return old.Except(now, StringComparer.Ordinal).Select(l => "- " + l)
            .Concat(now.Except(old, StringComparer.Ordinal).Select(l => "+ " + l))
            .OrderBy(l => l[2..], StringComparer.Ordinal);
    }

    private static IEnumerable<string> Lines(string text)
    {
        var type = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith(Indent, StringComparison.Ordinal))
                yield return type = line;
            else
                yield return $"{type.Split(" : ")[0]}: {line.Trim()}";
        }
    }

    private static SymbolDisplayFormat Naming(SymbolDisplayTypeQualificationStyle style) => new(
        typeQualificationStyle: style,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeVariance,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static string Header(INamedTypeSymbol type)
    {
        var accessibility = type.DeclaredAccessibility is Accessibility.Public ? "public" : "protected";
        if (type.TypeKind is TypeKind.Delegate)
            return $"{accessibility} delegate {type.DelegateInvokeMethod!.ReturnType.ToDisplayString(Name)} {type.ToDisplayString(Member)}";
        var isRecord = type.IsRecord || type.GetMembers("op_Equality").Any(Package.IsGenerated);
        var words = type.TypeKind switch
        {
            TypeKind.Interface => "interface",
            TypeKind.Enum => "enum",
            TypeKind.Struct => (type.IsReadOnly ? "readonly " : "") + (type.IsRefLikeType ? "ref " : "") + (isRecord ? "record struct" : "struct"),
            _ => (type.IsStatic ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + (isRecord ? "record" : "class"),
        };
        var parents = type.TypeKind is TypeKind.Enum
            ? new[] { type.EnumUnderlyingType! }.Where(t => t.SpecialType is not SpecialType.System_Int32)
            : new[] { type.BaseType }.OfType<INamedTypeSymbol>().Where(b => b.SpecialType is SpecialType.None)
                .Concat(type.Interfaces.Where(i => i.DeclaredAccessibility is Accessibility.Public).OrderBy(i => i.Name, StringComparer.Ordinal));
        var list = string.Join(", ", parents.Select(p => p.ToDisplayString(Name)));
        // The display of a type leaves its constraints out unless it is asked for its parameters' too.
        var full = type.ToDisplayString(FullName.AddGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeConstraints));
        var bare = type.ToDisplayString(FullName);
        return $"{accessibility} {words} {bare}{(list.Length > 0 ? " : " + list : "")}{full[bare.Length..]}";
    }

    private static string Attribution(ISymbol symbol)
    {
        var own = symbol.GetAttributes().Select(a => (Target: "", a));
        var parts = symbol switch
        {
            IMethodSymbol method => method.GetReturnTypeAttributes().Select(a => (Target: "return: ", a))
                .Concat(method.Parameters.Concat<ISymbol>(method.TypeParameters).SelectMany(p => p.GetAttributes().Select(a => (Target: $"{p.Name}: ", a)))),
            INamedTypeSymbol type => type.TypeParameters.SelectMany(p => p.GetAttributes().Select(a => (Target: $"{p.Name}: ", a))),
            _ => [],
        };
        return string.Concat(own.Concat(parts)
            .Where(x => Attributes.Contains(NameOf(x.a), StringComparer.Ordinal))
            .Select(x => $"[{x.Target}{NameOf(x.a)}{Arguments(x.a)}] ")
            .Order(StringComparer.Ordinal));
    }

    private static string NameOf(AttributeData attribute) => attribute.AttributeClass!.Name[..^nameof(Attribute).Length];

    private static string Arguments(AttributeData attribute)
    {
        var isText = NameOf(attribute) is "Obsolete" or "RequiresAssemblyFiles" or "RequiresDynamicCode" or "RequiresUnreferencedCode";
        var all = attribute.ConstructorArguments.Where(a => !(isText && a.Value is string)).Select(a => a.ToCSharpString())
            .Concat(attribute.NamedArguments.Where(a => !isText).Select(a => $"{a.Key} = {a.Value.ToCSharpString()}"));
        var list = string.Join(", ", all);
        return list.Length > 0 ? $"({list})" : "";
    }
}
