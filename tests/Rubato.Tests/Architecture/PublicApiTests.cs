using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Rubato.Tests.Architecture;

/// <summary>
/// The public surface as text: every change of it is a line in a diff. RUBATO_APPROVE=1 writes the files anew.
/// </summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData(typeof(RubatoModel))]
    [InlineData(typeof(Tensors.Tensor))]
    public void The_public_api_is_the_approved_one(Type anchor)
        => ApprovedFile.Compare("Rubato.Tests", $"PublicApi.{anchor.Assembly.GetName().Name}", Describe(anchor.Assembly));

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(type.FullName).Append(" : ").AppendLine(Kind(type));
            const BindingFlags declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
                | BindingFlags.Static | BindingFlags.DeclaredOnly;
            foreach (string member in type.GetMembers(declared).Where(IsVisible).Select(Line).Distinct().Order(StringComparer.Ordinal))
                text.Append("    ").AppendLine(member);
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Kind(Type type)
        => type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct"
            : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : "class";

    private static bool IsVisible(MemberInfo member) => member switch
    {
        _ when member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is not PropertyInfo => false,
        MethodBase { IsSpecialName: true } method when !method.IsConstructor && !method.Name.StartsWith("op_", StringComparison.Ordinal) => false,
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisibleAccessor),
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        _ => false,
    };

    private static bool IsVisibleAccessor(MethodInfo accessor) => accessor.IsPublic || accessor.IsFamily;

    private static string Line(MemberInfo member) => member switch
    {
        PropertyInfo property => $"{property} {{ {string.Join(' ', property.GetAccessors().Select(accessor => accessor.Name.Split('_')[0]).Order(StringComparer.Ordinal))} }}",
        _ => member.ToString() ?? "",
    };
}
